//! Where many small pieces of data wait: in memory while they are few, in a file without a name beyond that.

use std::{
    borrow::Cow,
    fs::File,
    io,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

/// How many bytes stay in memory; they are written together.
const IN_MEMORY: usize = 256 * 1024;

/// Pieces of data, to be fetched in any order once all are there.
#[derive(Debug)]
pub(crate) struct Shelf {
    /// Where the file is made.
    folder: PathBuf,
    file: Option<File>,
    /// Where each piece ends.
    ends: Vec<u64>,
    /// How many bytes stand in the file; what follows them is in memory.
    written: u64,
    rest: Vec<u8>,
    /// There is no place for a file, or none left in it: the rest stays in memory, however much it is.
    is_full: bool,
}

impl Shelf {
    /// An empty one, whose file will be in `folder`.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            file: None,
            ends: Vec::new(),
            written: 0,
            rest: Vec::new(),
            is_full: false,
        }
    }

    /// Puts a piece there, and returns its number.
    pub(crate) fn put(&mut self, piece: &[u8]) -> usize {
        self.rest.extend_from_slice(piece);
        self.ends.push(self.written + self.rest.len() as u64);
        if self.rest.len() >= IN_MEMORY && !self.is_full {
            self.is_full = self.write().is_err();
        }
        self.ends.len() - 1
    }

    fn write(&mut self) -> io::Result<()> {
        if self.file.is_none() {
            self.file = Some(tempfile::tempfile_in(&self.folder)?);
        }
        if let Some(file) = &self.file {
            file.write_all_at(&self.rest, self.written)?;
            self.written += self.rest.len() as u64;
            self.rest.clear();
        }
        Ok(())
    }

    /// Nothing more will come: what is not needed for it is given back.
    pub(crate) fn close(&mut self) {
        self.ends.shrink_to_fit();
        self.rest.shrink_to_fit();
    }

    /// Fetches the piece with this number.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub(crate) fn get(&self, number: usize) -> io::Result<Cow<'_, [u8]>> {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        let length = usize::try_from(self.ends[number] - start).map_err(io::Error::other)?;
        match &self.file {
            Some(file) if start < self.written => {
                let mut piece = vec![0; length];
                file.read_exact_at(&mut piece, start)?;
                Ok(piece.into())
            }
            _ => {
                let start = usize::try_from(start - self.written).map_err(io::Error::other)?;
                Ok(self.rest[start..start + length].into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd;

    use proptest::prelude::*;
    use tempfile::TempDir;

    use super::*;

    /// Puts the pieces on a shelf and fetches them, the last one first.
    fn fetched(folder: &Path, pieces: &[Vec<u8>]) -> (Shelf, Vec<Vec<u8>>) {
        let mut shelf = Shelf::in_folder(folder);
        let numbers: Vec<_> = pieces.iter().map(|it| shelf.put(it)).collect();
        let backwards = numbers.into_iter().rev().map(|it| shelf.get(it).unwrap());
        let mut fetched: Vec<_> = backwards.map(Cow::into_owned).collect();
        fetched.reverse();
        (shelf, fetched)
    }

    proptest! {
        #[test]
        fn each_piece_comes_back_as_it_was(lengths in prop::collection::vec(0..40_000_usize, 0..20)) {
            let folder = TempDir::new().unwrap();
            let numbers = (0_u8..).zip(lengths);
            let pieces: Vec<_> = numbers.map(|(number, length)| vec![number; length]).collect();
            let (shelf, fetched) = fetched(folder.path(), &pieces);
            prop_assert_eq!(fetched, pieces);
            prop_assert!(shelf.rest.len() < IN_MEMORY);
        }
    }

    #[test]
    fn a_few_pieces_need_no_file() {
        let folder = TempDir::new().unwrap();
        let pieces = vec![vec![7; IN_MEMORY - 1]];
        let (shelf, fetched) = fetched(folder.path(), &pieces);
        assert!(shelf.file.is_none());
        assert_eq!(fetched, pieces);
    }

    #[test]
    fn where_there_is_no_place_for_a_file_all_stays_in_memory() {
        let pieces = vec![vec![1; IN_MEMORY], vec![2; IN_MEMORY], vec![3]];
        let (shelf, fetched) = fetched(Path::new("/dev/null"), &pieces);
        assert!(shelf.file.is_none());
        assert_eq!(fetched, pieces);
    }

    #[test]
    fn what_the_file_does_not_take_stays_in_memory() {
        let folder = TempDir::new().unwrap();
        let mut shelf = Shelf::in_folder(folder.path());
        let first = shelf.put(&vec![1; IN_MEMORY]);
        let link = shelf.file.as_ref().unwrap().as_raw_fd();
        shelf.file = Some(File::open(format!("/proc/self/fd/{link}")).unwrap()); // only to be read
        let others = [2, 3].map(|it| shelf.put(&vec![it; IN_MEMORY]));
        let fetched = [first, others[0], others[1]].map(|it| shelf.get(it).unwrap());
        assert_eq!(fetched, [1, 2, 3].map(|it| vec![it; IN_MEMORY]));
        assert_eq!(shelf.rest.len(), 2 * IN_MEMORY);
    }

    #[test]
    fn the_file_has_no_name() {
        let folder = TempDir::new().unwrap();
        let (shelf, _) = fetched(folder.path(), &[vec![1; IN_MEMORY]]);
        assert!(shelf.file.is_some());
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }
}
