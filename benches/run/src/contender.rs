//! The libraries that are compared, and building their programs.

use std::{fs, path::PathBuf, process::Command};

use harness::Failure;

/// The folder of all benchmarks.
pub const BENCHES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// A row of the tables.
pub struct Contender {
    /// What the tables call it.
    pub name: &'static str,
    /// The folder of its program.
    pub folder: &'static str,
    /// The package whose version counts.
    pub package: &'static str,
    /// Arguments of the program.
    pub arguments: &'static [&'static str],
    /// How it is used.
    pub form: &'static str,
}

/// All, the limit first.
pub const CONTENDERS: &[Contender] = &[
    Contender {
        name: "rusqlite",
        folder: "rusqlite",
        package: "rusqlite",
        arguments: &[],
        form: "synchronous, one connection on the calling thread, cached statements: the limit",
    },
    Contender {
        name: "rusqlite, no autocheckpoint",
        folder: "rusqlite",
        package: "rusqlite",
        arguments: &["--no-autocheckpoint"],
        form: "the same with `wal_autocheckpoint=0`, so that no commit pays for a checkpoint",
    },
    Contender {
        name: "sqloquent",
        folder: "ours",
        package: "sqloquent",
        arguments: &[],
        form: "asynchronous, as it opens by default",
    },
    Contender {
        name: "tokio-rusqlite",
        folder: "tokio-rusqlite",
        package: "tokio-rusqlite",
        arguments: &[],
        form: "asynchronous, one connection on a thread of its own, cached statements; what belongs together is one \
               call, pieces come through a channel",
    },
    Contender {
        name: "sqlx",
        folder: "sqlx",
        package: "sqlx",
        arguments: &[],
        form: "asynchronous, checked queries, its default pool of 10 connections without a test at each use; one task \
               alone holds a connection; streams with 1,000 rows of buffer, inserts of 1,000 rows a statement",
    },
    Contender {
        name: "SeaORM",
        folder: "sea-orm",
        package: "sea-orm",
        arguments: &[],
        form: "asynchronous, on sqlx, its default pool of 1 connection without a test at each use; `load_many`, streams \
               with 1,000 rows of buffer, inserts of 1,000 rows a statement",
    },
    Contender {
        name: "Toasty",
        folder: "toasty",
        package: "toasty",
        arguments: &[],
        form: "asynchronous, a pool of two connections; pieces are pages that go on by key, since it does not stream, \
               and the join is SQL, since it has none",
    },
    Contender {
        name: "Diesel",
        folder: "diesel",
        package: "diesel",
        arguments: &[],
        form: "synchronous, a connection for each thread: two where there are many tasks, else one",
    },
];

impl Contender {
    /// What all others are compared with.
    pub fn is_limit(&self) -> bool {
        self.name == CONTENDERS[0].name
    }

    /// Whether it is this project.
    pub fn is_ours(&self) -> bool {
        self.folder == "ours"
    }

    /// Those among some whose programs differ: the first of each.
    pub fn programs(contenders: &[&'static Contender]) -> Vec<&'static Contender> {
        let mut first: Vec<&'static Contender> = Vec::new();
        for &contender in contenders {
            if first.iter().all(|c| c.folder != contender.folder) {
                first.push(contender);
            }
        }
        first
    }

    /// Its built program.
    pub fn program(&self) -> PathBuf {
        PathBuf::from(format!(
            "{BENCHES}/target/release/bench-{}{}",
            self.folder,
            std::env::consts::EXE_SUFFIX
        ))
    }

    /// The version that its lock file says.
    pub fn version(&self) -> Result<String, Failure> {
        let lock = fs::read_to_string(format!("{BENCHES}/libraries/{}/Cargo.lock", self.folder))?;
        let entry = format!("name = \"{}\"\nversion = \"", self.package);
        let at = lock
            .find(&entry)
            .ok_or_else(|| format!("{} is not in its lock file", self.package))?;
        Ok(lock[at + entry.len()..]
            .chars()
            .take_while(|&c| c != '"')
            .collect())
    }
}

/// The cargo that this was built by.
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Has the functions of SQLite begin at a line of the processor's caches. Elsewhere it depends on what else is in a
/// program where they come to lie, which alone makes a scan some hundredths faster or slower.
pub const C_FLAGS: &str = "-falign-functions=64";

/// Builds the programs, one after the other, into one folder, so that they share what they have in common.
pub fn build(contenders: &[&'static Contender]) -> Result<(), Failure> {
    let c_flags = match std::env::var("CFLAGS") {
        Ok(set) => format!("{set} {C_FLAGS}"),
        Err(_) => C_FLAGS.to_owned(),
    };
    for contender in Contender::programs(contenders) {
        eprintln!("building {}", contender.folder);
        let status = cargo()
            .env("CFLAGS", &c_flags)
            .args(["build", "--release", "--quiet", "--locked", "--manifest-path"])
            .arg(format!("{BENCHES}/libraries/{}/Cargo.toml", contender.folder))
            .args(["--target-dir", &format!("{BENCHES}/target")])
            .status()?;
        if !status.success() {
            return Err(format!("the program of {} does not build", contender.folder).into());
        }
    }
    Ok(())
}
