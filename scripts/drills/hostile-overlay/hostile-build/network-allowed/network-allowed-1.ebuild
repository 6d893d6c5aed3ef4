# try: uses the network that the design allows for places of this machine and its networks, and floods the way out
# outcome: succeeds
# network: allowed
EAPI=8
inherit hostile
RESTRICT="network-sandbox"

# Sends each line of the input as a request, and says which one was answered well. Escapes are those of perl.
ask() {
	perl -MSocket -ne '
		chomp; my ($name, $times, $text) = split /\t/; $text =~ s/\\r/\r/g; $text =~ s/\\n/\n/g;
		socket(my $s, PF_INET, SOCK_STREAM, 0) or next;
		connect($s, pack_sockaddr_in(19418, inet_aton("127.0.0.1"))) or next;
		local $SIG{PIPE} = "IGNORE"; local $SIG{ALRM} = sub { shutdown($s, 2) }; alarm 2;
		syswrite($s, $text x $times);
		my ($all, $part) = ("", ""); $all .= $part while sysread($s, $part, 65536) && length($all) < 200000;
		alarm 0;
		print "$name\n" if $all =~ m{^HTTP/1.1 2};
		$answers++ if $all ne "";
		END { print STDERR "answers: ", $answers // 0, "\n" }'
}

src_compile() {
	local host port answer
	[[ ${http_proxy} == http://127.0.0.1:19418* ]] || die "the design allows the network, and there is none"
	for port in @PORT@ @SERVER_PORT@ 9418 80; do
		must_fail "port ${port} of the host" connect PF_INET "pack_sockaddr_in(${port}, inet_aton('127.0.0.1'))"
	done
	must_fail "an abstract socket" connect PF_UNIX "pack_sockaddr_un(\"\\0prefix-studio-canary-@PORT@\")"
	must_fail "a socket" connect PF_UNIX "pack_sockaddr_un('@CANARY@.socket')"
	local end="HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n"
	while read -r answer; do breach "an answer to ${answer}"; done < <(
		for host in 127.0.0.1 127.1 0x7f.1 0177.0.0.1 2130706433 0 0.0.0.0 localhost localhost. LOCALHOST '[::1]' '[::]' \
			'[::ffff:127.0.0.1]' '[::ffff:7f00:1]' '[64:ff9b::7f00:1]' '[fe80::1]' '[fe80::1%25lo]' 169.254.169.254 10.0.0.1 \
			172.17.0.1 192.168.0.1 100.64.0.1 224.0.0.1 255.255.255.255 '[fd00::1]' example.org@127.0.0.1 \
			'127.0.0.1#' '127.0.0.1?' '127.0.0.1%00.example.org' "$(hostname)"; do
			for port in 9418 80 443 @PORT@ @SERVER_PORT@; do
				printf '%s\t1\t%s\n' "CONNECT ${host}:${port}" "CONNECT ${host}:${port} ${end}" \
					"GET ${host}:${port}" "GET http://${host}:${port}/api/health ${end}"
			done
		done | ask 2> "${T}/answers"
		printf '%s\t1\t%s\n' \
			'a second line' "CONNECT example.org:9418\\r\\nX: 127.0.0.1 ${end}" \
			'a socket' "CONNECT unix:@CANARY@.socket ${end}" \
			'a file' "GET file://@CANARY@/secret ${end}" \
			'a socket behind a path' "GET unix:@CANARY@.socket:/ ${end}" \
			'Host only' 'GET / HTTP/1.1\r\nHost: 127.0.0.1:9418\r\nConnection: close\r\n\r\n' \
			'a star' 'OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1:9418\r\nConnection: close\r\n\r\n' \
			'two lengths' 'CONNECT 127.0.0.1:9418 HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n' \
			'an upgrade' 'GET http://127.0.0.1:9418/ HTTP/1.1\r\nUpgrade: h2c\r\nConnection: upgrade\r\nHost: x\r\n\r\n' | ask
		# floods: thousands of requests by one connection, headers without end
		printf '%s\t5000\t%s\n' 'a flood' 'GET http://127.0.0.1:80/ HTTP/1.1\r\nHost: x\r\n\r\n' | ask
		printf '%s\t200000\t%s\n' 'headers' 'X: y\r\n' | ask
	)
	grep -Eq 'answers: [1-9][0-9]' "${T}/answers" || die "nobody answers at the proxy"
	# and hundreds of connections
	perl -MSocket -e 'for (1 .. 150) { socket(my $s, PF_INET, SOCK_STREAM, 0) or last;
		connect($s, pack_sockaddr_in(19418, inet_aton("127.0.0.1"))) or last; push @all, $s } sleep 1'
	return 0
}

pkg_postinst() {
	must_fail "a network for a merge" connect PF_INET "pack_sockaddr_in(19418, inet_aton('127.0.0.1'))"
	[[ -e /run/prefix-studio/network ]] && breach "the socket in a merge"
	return 0
}
