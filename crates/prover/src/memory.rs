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
