//! The connections that an older process has only just begun, as text: `generation:id,id;generation:id`, IDs in
//! hexadecimal. It crosses two borders, to JavaScript and to the other process, and is written once a takeover.

use std::fmt::Write;

use crate::cid::Cid;

/// For each generation, the IDs that its young connections are known by.
pub type Young = Vec<(u8, Vec<Cid>)>;

/// As text.
pub fn write(young: &Young) -> String {
    let mut text = String::new();
    for (generation, cids) in young {
        // Writing to a String cannot fail.
        let _ = write!(text, "{}{generation}:", if text.is_empty() { "" } else { ";" });
        for (index, cid) in cids.iter().enumerate() {
            text.push_str(if index == 0 { "" } else { "," });
            for byte in cid.as_slice() {
                let _ = write!(text, "{byte:02x}");
            }
        }
    }
    text
}

/// From text; what does not parse is left out.
pub fn read(text: &str) -> Young {
    let generations = text.split(';').filter_map(|part| part.split_once(':'));
    generations
        .filter_map(|(generation, cids)| {
            Some((generation.parse().ok()?, cids.split(',').filter_map(read_cid).collect()))
        })
        .collect()
}

fn read_cid(text: &str) -> Option<Cid> {
    let digits = text.as_bytes();
    if digits.is_empty() || !digits.len().is_multiple_of(2) {
        return None;
    }
    let bytes: Option<Vec<u8>> = digits
        .chunks_exact(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    Cid::new(&bytes?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let cids: Vec<_> = [&b"\x00\xff"[..], b"client's choice"].into_iter().filter_map(Cid::new).collect();
        let young = vec![(3, cids), (255, Vec::new())];
        assert_eq!(write(&young), "3:00ff,636c69656e7427732063686f696365;255:");
        assert_eq!(read(&write(&young)), young);
        assert_eq!(read(""), Young::new());
        assert_eq!(read("256:00;1:0,zz,é1,00;x"), vec![(1, Vec::from_iter(Cid::new(&[0])))]);
    }
}
