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

    /// The file that a change in `scope` goes to, and all that there will be then.
    pub(super) fn target(&self, scope: Scope) -> Result<(File, Files), LayerError> {
        let files = self.files()?;
        match scope {
            Scope::Global => Ok((files.base().clone(), files)),
            Scope::Project => {
                let file = files.project()?;
                let files = files.with_project(file.path.clone());
                Ok((file, files))
            }
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
        let layers = layers_of(&self.files()?, |file| self.read(file))?;
        let with = self.options.with.iter().cloned();
        Ok(with.fold(layers, |layers, (key, value)| layers.with_flag(key, value)))
    }

    /// All layers of `files` as they are now, `target` being known to hold `document`.
    pub(super) fn layers_over(
        &self,
        files: &Files,
        target: &File,
        document: &Document,
    ) -> Result<Layers, LayerError> {
        layers_of(files, |file| {
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
}

fn layers_of(
    files: &Files,
    read: impl Fn(&File) -> Result<Document, LayerError>,
) -> Result<Layers, LayerError> {
    let read = |file: File| Ok((file.clone(), read(&file)?));
    let files = files.readable().map(read);
    let files = files.collect::<Result<_, LayerError>>()?;
    Ok(Layers::new(|name| std::env::var_os(name), files))
}
