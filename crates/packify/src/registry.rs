//! From the names of user types to the functions that read them.

use std::collections::HashMap;
use std::fmt;

use crate::{Packable, UserType};

/// Any error of a user type.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

type Reader<T> = Box<dyn Fn(&[u8], &Registry<T>) -> Result<T, BoxError> + Send + Sync>;

/// The user types a program knows, by name, each with the function that reads it.
///
/// `T` is what they all become: an enum of the program, or a boxed trait object.
///
/// ```
/// use packify::{Packable, Registry};
///
/// let mut registry = Registry::<String>::new();
/// registry.register("Shout", |data, _| Ok(String::from_utf8(data.to_vec())?.to_uppercase()));
/// assert_eq!(registry.read(&Packable::new("Shout", *b"hey"))?, "HEY");
/// assert!(registry.read(&Packable::new("Whisper", [])).is_err());
/// # Ok::<(), packify::RegistryError>(())
/// ```
pub struct Registry<T> {
    readers: HashMap<String, Reader<T>>,
}

impl<T> Registry<T> {
    /// A registry that knows no type yet.
    ///
    /// ```
    /// assert!(!packify::Registry::<()>::new().knows("Anything"));
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self {
            readers: HashMap::new(),
        }
    }

    /// Names the function that reads a type, in place of an earlier one. It is handed the registry as well, for
    /// types that contain others.
    ///
    /// ```
    /// # let mut registry = packify::Registry::<usize>::new();
    /// registry.register("Length", |data, _| Ok(data.len()));
    /// assert!(registry.knows("Length"));
    /// ```
    pub fn register<F>(&mut self, name: impl Into<String>, read: F) -> &mut Self
    where
        F: Fn(&[u8], &Self) -> Result<T, BoxError> + Send + Sync + 'static,
    {
        self.readers.insert(name.into(), Box::new(read));
        self
    }

    /// Registers a [`UserType`] under its own name.
    ///
    /// ```
    /// # use packify::{BoxError, Registry, UserType};
    /// struct Note(String);
    /// impl UserType for Note {
    ///     const NAME: &'static str = "Note";
    ///     fn to_data(&self) -> Result<Vec<u8>, BoxError> {
    ///         Ok(self.0.clone().into_bytes())
    ///     }
    ///     fn from_data(data: &[u8]) -> Result<Self, BoxError> {
    ///         Ok(Self(std::str::from_utf8(data)?.to_owned()))
    ///     }
    /// }
    /// let mut registry = Registry::<Note>::new();
    /// registry.register_type::<Note>();
    /// assert!(registry.knows("Note"));
    /// ```
    pub fn register_type<U: UserType + Into<T>>(&mut self) -> &mut Self {
        self.register(U::NAME, |data, _| U::from_data(data).map(Into::into))
    }

    /// Whether a name is registered.
    ///
    /// ```
    /// # let mut registry = packify::Registry::<()>::new();
    /// assert!(!registry.knows("Unit"));
    /// ```
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        self.readers.contains_key(name)
    }

    /// Reads a value with the function of its name.
    ///
    /// # Errors
    ///
    /// [`RegistryError`] when the name is not registered or the function fails.
    ///
    /// ```
    /// # use packify::{Packable, Registry};
    /// let mut registry = Registry::<usize>::new();
    /// registry.register("Length", |data, _| Ok(data.len()));
    /// assert_eq!(registry.read(&Packable::new("Length", [1, 2]))?, 2);
    /// # Ok::<(), packify::RegistryError>(())
    /// ```
    pub fn read(&self, packed: &Packable) -> Result<T, RegistryError> {
        let Some(read) = self.readers.get(packed.name()) else {
            return Err(RegistryError::Unknown {
                name: packed.name().to_owned(),
            });
        };
        read(packed.data(), self).map_err(|source| RegistryError::Failed {
            name: packed.name().to_owned(),
            source,
        })
    }
}

impl<T> Default for Registry<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for Registry<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names: Vec<&String> = self.readers.keys().collect();
        names.sort();
        f.debug_struct("Registry").field("names", &names).finish()
    }
}

/// Why a user type could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum RegistryError {
    /// Nothing is registered under the name.
    Unknown {
        /// The name in the bytes.
        name: String,
    },
    /// The function of the type failed.
    Failed {
        /// The name in the bytes.
        name: String,
        /// What it said.
        source: BoxError,
    },
}

impl fmt::Display for RegistryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { name } => {
                write!(
                    f,
                    "no type is registered as {name:?}: call `Registry::register` with that name first"
                )
            }
            Self::Failed { name, .. } => {
                write!(
                    f,
                    "the data of a {name:?} could not be read: see the source of this error"
                )
            }
        }
    }
}

impl std::error::Error for RegistryError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unknown { .. } => None,
            Self::Failed { source, .. } => Some(&**source),
        }
    }
}
