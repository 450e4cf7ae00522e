//! The files, variables and limits that the commands of one process work with.

use std::path::Path;

use crate::document::Document;
use crate::layers::{File, Files, LayerError, Layers};
use crate::store::Store;

use super::options::{Options, Scope};

pub(super) struct Workplace {
    options: Options,
}

impl Workplace {
    pub(super) fn new(options: Options) -> Workplace {
        Workplace { options }
    }

    pub(super) fn verbose(&self) -> bool {
        self.options.verbose
    }

    /// The file named by `--config`, or the global and the project file.
    pub(super) fn files(&self) -> Result<Files, LayerError> {
        if let Some(path) = &self.options.config {
            return Ok(Files::one(path.clone()));
        }
        let directory = std::env::current_dir().map_err(LayerError::NoDirectory)?;
        Files::find(std::env::var_os("HOME"), &directory)
    }

    /// The file that a change in `scope` goes to. The global one changes wherever one works.
    pub(super) fn target(&self, scope: Scope) -> Result<File, LayerError> {
        match scope {
            Scope::Global if self.options.config.is_none() => {
                Files::global(std::env::var_os("HOME"))
            }
            Scope::Global => Ok(self.files()?.base().clone()),
            Scope::Project => self.files()?.project(),
        }
    }

    pub(super) fn store(&self, path: &Path) -> Store {
        let mut store = Store::open(path);
        if let Some(timeout) = self.options.lock_timeout {
            store = store.with_lock_timeout(timeout);
        }
        if let Some(bytes) = self.options.max_size {
            store = store.with_size_max(bytes);
        }
        store
    }

    /// All layers as they are now, under what was given with `-c`.
    pub(super) fn layers(&self) -> Result<Layers, LayerError> {
        let layers = self.layers_of(|file| self.read(file))?;
        let with = self.options.with.iter().cloned();
        Ok(with.fold(layers, |layers, (key, value)| layers.with_flag(key, value)))
    }

    /// All layers as they are now, `target` being known to hold `document`.
    pub(super) fn layers_over(
        &self,
        target: &File,
        document: &Document,
    ) -> Result<Layers, LayerError> {
        self.layers_of(|file| {
            if file == target {
                Ok(document.clone())
            } else {
                self.read(file)
            }
        })
    }

    fn read(&self, file: &File) -> Result<Document, LayerError> {
        Ok(self.store(&file.path).read()?)
    }

    fn layers_of(
        &self,
        read: impl Fn(&File) -> Result<Document, LayerError>,
    ) -> Result<Layers, LayerError> {
        let read = |file: File| Ok((file.clone(), read(&file)?));
        let files = self
            .files()?
            .readable()
            .map(read)
            .collect::<Result<_, LayerError>>()?;
        Ok(Layers::new(|name| std::env::var_os(name), files))
    }
}
