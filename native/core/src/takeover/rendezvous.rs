//! Where a running process waits for its successor: a Unix socket at a path that both can work out.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::peer::Peer;
use crate::error::Error;

/// Nobody but its user may even try.
const MODE: u32 = 0o600;
/// Pause before the next try to accept.
const RETRY: Duration = Duration::from_millis(100);

/// See the module.
#[derive(Debug)]
pub struct Rendezvous {
    listener: UnixListener,
    path: PathBuf,
    inode: u64,
}

impl Rendezvous {
    /// Listens at `path`, in the place of whoever did so before: a path always leads to the newest process.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let describe = |cause: io::Error| Error::io(&format!("cannot listen at {}", path.display()), &cause);
        let new = path.with_extension(format!("{}.new", std::process::id()));
        // Left behind by a process of the same number that was killed in the next three lines.
        let _ = fs::remove_file(&new);
        let listener = UnixListener::bind(&new).map_err(describe)?;
        let placed = fs::set_permissions(&new, fs::Permissions::from_mode(MODE))
            .and_then(|()| fs::symlink_metadata(&new))
            .and_then(|metadata| fs::rename(&new, path).map(|()| metadata.ino()));
        let inode = placed.map_err(|cause| {
            let _ = fs::remove_file(&new);
            describe(cause)
        })?;
        Ok(Self { listener, path: path.to_owned(), inode })
    }

    /// Waits for a process of the same user. `None`: closed.
    pub fn accept(&self) -> Option<Peer> {
        loop {
            match self.listener.accept() {
                Ok((stream, _)) => {
                    if let Ok(peer) = Peer::new(stream) {
                        return Some(peer);
                    }
                }
                // What Linux says of a listener that was shut down, see `close`.
                Err(error) if error.kind() == io::ErrorKind::InvalidInput => return None,
                // The process that connected has given up already, or descriptors are short for a while.
                Err(_) => std::thread::sleep(RETRY),
            }
        }
    }

    /// Waits no more: [`Self::accept`] returns, and the path is free unless it leads to a successor already.
    pub fn close(&self) {
        if fs::symlink_metadata(&self.path).is_ok_and(|found| found.ino() == self.inode) {
            let _ = fs::remove_file(&self.path);
        }
        let _ = rustix::net::shutdown(&self.listener, rustix::net::Shutdown::Both);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;

    const SOON: Duration = Duration::from_secs(5);

    fn path(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("roam-rendezvous-{}-{name}", std::process::id()))
    }

    #[test]
    fn words_and_descriptors_change_hands() {
        let path = path("words");
        let old = Rendezvous::open(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, MODE);
        let new = Peer::connect(&path).unwrap();
        let peer = old.accept().unwrap();
        let (ours, theirs) = UnixStream::pair().unwrap();
        peer.attach(&theirs).unwrap();
        peer.send("one", SOON).unwrap();
        peer.send("", SOON).unwrap();
        peer.send(&"x".repeat(100_000), SOON).unwrap();
        let got = new.receive(SOON).unwrap();
        assert_eq!((got.text.as_str(), got.descriptors.len()), ("one", 1));
        UnixStream::from(got.descriptors.into_iter().next().unwrap()).write_all(b"a").unwrap();
        assert_eq!((&ours).read(&mut [0; 8]).unwrap(), 1);
        assert_eq!(new.receive(SOON).unwrap().text, "");
        assert_eq!(new.receive(SOON).unwrap().text.len(), 100_000);
        assert_eq!(new.receive(Duration::from_millis(20)).unwrap_err().code, "ETIMEDOUT");
        peer.close();
        assert_eq!(new.receive(SOON).unwrap_err().code, "ECONNRESET");
        assert_eq!(new.send("late", SOON).unwrap_err().code, "ECONNRESET");
        old.close();
        assert!(!path.exists());
        assert_eq!(Peer::connect(&path).unwrap_err().code, "ENOENT");
    }

    #[test]
    fn the_path_leads_to_the_newest_process() {
        let path = path("newest");
        let old = Rendezvous::open(&path).unwrap();
        let new = Rendezvous::open(&path).unwrap();
        old.close();
        let _client = Peer::connect(&path).unwrap();
        assert!(new.accept().is_some());
        drop(new);
        assert_eq!(Peer::connect(&path).unwrap_err().code, "ENOENT");
        fs::remove_file(&path).unwrap();
    }

    #[test]
    fn closing_ends_the_waiting() {
        let rendezvous = Arc::new(Rendezvous::open(&path("closing")).unwrap());
        let waiting = std::thread::spawn({
            let rendezvous = rendezvous.clone();
            move || rendezvous.accept().is_none()
        });
        std::thread::sleep(Duration::from_millis(20));
        rendezvous.close();
        assert!(waiting.join().unwrap());
    }
}
