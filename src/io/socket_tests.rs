use super::*;
use str0m::net::Protocol;

fn transmit(port: u16, bytes: usize) -> Transmit {
    Transmit {
        proto: Protocol::Udp,
        source: SocketAddr::from(([127, 0, 0, 1], 1)),
        destination: SocketAddr::from(([127, 0, 0, 1], port)),
        contents: vec![7; bytes].into(),
    }
}

#[test]
fn a_run_is_of_one_size_and_one_destination_and_a_shorter_one_ends_it() {
    let run = |sizes: &[(u16, usize)]| {
        let transmits: Vec<_> = sizes
            .iter()
            .map(|(port, bytes)| transmit(*port, *bytes))
            .collect();
        run_length(&transmits, 64)
    };
    assert_eq!(run(&[(1, 100), (1, 100), (1, 100)]), 3);
    assert_eq!(run(&[(1, 100), (1, 100), (2, 100)]), 2);
    assert_eq!(run(&[(1, 100), (1, 50), (1, 50)]), 2);
    assert_eq!(run(&[(1, 100), (1, 101)]), 1);
    assert_eq!(run(&[(1, 1_200); 60]), 50, "a run stays below 64 KiB");
}

#[test]
fn what_is_sent_arrives_whole_through_both_address_families() {
    for source in ["127.0.0.1", "::1"] {
        let mut sender = ShardSocket::bind(0).unwrap();
        let mut receiver = ShardSocket::bind(0).unwrap();
        let ip: IpAddr = source.parse().unwrap();
        if !sender.own.contains(&ip) {
            continue; // a machine without IPv6
        }
        let to = SocketAddr::new(ip, receiver.port());
        let mut datagrams: Vec<_> = (0..5).map(|_| transmit(0, 300)).collect();
        datagrams.push(transmit(0, 20));
        for datagram in &mut datagrams {
            datagram.destination = to;
            datagram.source = SocketAddr::new(ip, sender.port());
        }
        sender.send(&datagrams);
        assert_eq!((sender.counters.sent, sender.counters.unsent), (6, 0));

        let mut sizes = Vec::new();
        let candidates = [to];
        // Loopback delivers within the send call, so that everything is there already.
        while receiver
            .receive(&candidates, |datagram| {
                assert_eq!(datagram.source, SocketAddr::new(ip, sender.port()));
                assert_eq!(datagram.destination, to);
                sizes.push(datagram.contents.len());
            })
            .unwrap()
        {}
        assert_eq!(sizes, [300, 300, 300, 300, 300, 20]);
    }
}

#[test]
fn behind_a_nat_the_candidate_of_the_same_family_was_meant() {
    let public: SocketAddr = "203.0.113.7:4000".parse().unwrap();
    let source: SocketAddr = "198.51.100.9:9".parse().unwrap();
    let private = Some("10.0.0.5".parse().unwrap());
    assert_eq!(reached(private, 4000, source, &[public]), public);
}
