//! Running the program `git`.

use std::{
    io::{self, BufReader, Read as _},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use crate::{
    Failure,
    parse::{Commit, Commits, FORMAT},
};

/// A repository that is there.
pub(crate) struct Repository {
    path: PathBuf,
}

impl Repository {
    /// Makes sure that git is installed and the path is in a repository.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let repository = Self {
            path: path.to_owned(),
        };
        let answer = run(&mut repository.git(&["rev-parse", "--git-dir"]))?;
        if answer.status.success() {
            return Ok(repository);
        }
        let path = path.display();
        Err(format!(
            "`{path}` is in no git repository that can be read: {}",
            words(&answer)
        )
        .into())
    }

    /// How many commits the current branch has; none when it has none yet.
    pub(crate) fn count(&self) -> Result<Option<u64>, Failure> {
        let head = run(&mut self.git(&["rev-parse", "--verify", "--quiet", "HEAD"]))?;
        if !head.status.success() {
            return Ok(None);
        }
        let answer = run(&mut self.git(&["rev-list", "--count", "HEAD"]))?;
        if !answer.status.success() {
            return Err(format!("git cannot count the commits: {}", words(&answer)).into());
        }
        Ok(Some(String::from_utf8_lossy(&answer.stdout).trim().parse()?))
    }

    /// Hands every commit of the current branch over, parents before their children, until the function says that it is enough.
    pub(crate) fn log(&self, mut commit: impl FnMut(Commit) -> bool) -> Result<(), Failure> {
        let mut child = self
            .git(&[
                "log",
                "--reverse",
                "--topo-order",
                "--numstat",
                "-z",
                "-M",
                "--no-ext-diff",
                "--no-show-signature",
                FORMAT,
                "HEAD",
                "--",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| not_started(&e))?;
        let (Some(output), Some(mut complaints)) = (child.stdout.take(), child.stderr.take()) else {
            return Err("git gives no output".into());
        };
        // Read beside the output, so that git never waits for its complaints to be taken.
        let complaints = std::thread::spawn(move || {
            let mut text = String::new();
            complaints
                .read_to_string(&mut text)
                .map(|_| text)
                .unwrap_or_default()
        });
        for read in Commits::new(BufReader::with_capacity(1 << 16, output)) {
            let goes_on = read.map(&mut commit);
            if !matches!(goes_on, Ok(true)) {
                // Killed before it is waited for: nobody reads what it still has to say.
                child.kill()?;
                child.wait()?;
                return goes_on.map(|_| ()).map_err(Failure::from);
            }
        }
        let status = child.wait()?;
        if status.success() {
            return Ok(());
        }
        let words = complaints.join().unwrap_or_default();
        Err(format!("git log failed: {}", words.trim()).into())
    }

    fn git(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command
            .arg("-C")
            .arg(&self.path)
            // The answer must not depend on how its user set up git.
            .args(["-c", "log.showRoot=true", "-c", "i18n.logOutputEncoding=UTF-8"])
            .args(["-c", "color.ui=false", "-c", "diff.renameLimit=0"])
            .args(arguments)
            .stdin(Stdio::null());
        command
    }
}

fn run(command: &mut Command) -> Result<Output, Failure> {
    command.output().map_err(|e| not_started(&e))
}

fn not_started(error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::NotFound {
        return "the program `git` is not found; install it, or put its folder on the PATH".into();
    }
    format!("the program `git` cannot be run: {error}").into()
}

fn words(answer: &Output) -> String {
    String::from_utf8_lossy(&answer.stderr).trim().to_owned()
}
