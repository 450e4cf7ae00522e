//! What a stopped program has in its memory.

use std::io::IoSliceMut;

use nix::errno::Errno;
use nix::sys::uio::{RemoteIoVec, process_vm_readv};
use nix::unistd::Pid;

use crate::call::Call;

/// What a gathering call writes: where each piece is, and how long.
pub(crate) fn pieces(process: Pid, call: &Call) -> nix::Result<Vec<(u64, u64)>> {
    let [_, place, count, ..] = call.arguments;
    let count = usize::try_from(count.min(1024)).unwrap_or_default();
    let bytes = memory(process, place, count * 16)?;
    let word = |bytes: &[u8]| bytes.try_into().map(u64::from_ne_bytes).unwrap_or_default();
    Ok(bytes
        .chunks_exact(16)
        .map(|piece| (word(&piece[..8]), word(&piece[8..])))
        .collect())
}

/// As many bytes of another process's memory as there are, up to `length`.
pub(crate) fn memory(process: Pid, place: u64, length: usize) -> nix::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    let base = usize::try_from(place).map_err(|_| Errno::EFAULT)?;
    let from = [RemoteIoVec { base, len: length }];
    let read = process_vm_readv(process, &mut [IoSliceMut::new(&mut bytes)], &from)?;
    bytes.truncate(read);
    Ok(bytes)
}

/// The path in the address of a socket, which is so long; nothing where the address is of another kind.
pub(crate) fn socket_path(process: Pid, place: u64, length: u64) -> Option<Vec<u8>> {
    let length = usize::try_from(length)
        .ok()?
        .min(size_of::<libc::sockaddr_un>());
    let bytes = memory(process, place, length).ok()?;
    let (family, path) = bytes.split_first_chunk()?;
    let path = path.split(|byte| *byte == 0).next()?;
    let has_path = i32::from(u16::from_ne_bytes(*family)) == libc::AF_UNIX && !path.is_empty();
    has_path.then(|| path.to_vec())
}

/// The text at `place`, up to its null byte.
pub(crate) fn text(process: Pid, place: u64) -> nix::Result<Vec<u8>> {
    const PIECE: u64 = 256; // never across the end of a page, behind which there may be nothing
    let mut text = Vec::new();
    let mut at = place;
    while text.len() < 2 * 4096 {
        let length = usize::try_from(PIECE - at % PIECE).unwrap_or_default();
        let bytes = memory(process, at, length)?;
        if let Some(end) = bytes.iter().position(|byte| *byte == 0) {
            text.extend_from_slice(&bytes[..end]);
            return Ok(text);
        }
        at += bytes.len() as u64;
        text.extend(bytes);
    }
    Err(Errno::ENAMETOOLONG)
}
