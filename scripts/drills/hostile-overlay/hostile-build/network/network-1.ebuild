# try: connects to the host, to the web app and to sockets
# outcome: succeeds
EAPI=8
inherit hostile
src_compile() {
	local port
	for port in @PORT@ @SERVER_PORT@; do
		must_fail "port ${port} of the host" connect PF_INET "pack_sockaddr_in(${port}, inet_aton('127.0.0.1'))"
	done
	must_fail "an abstract socket" connect PF_UNIX "pack_sockaddr_un(\"\\0prefix-studio-canary-@PORT@\")"
	must_fail "a socket" connect PF_UNIX "pack_sockaddr_un('@CANARY@.socket')"
	find / -xdev -type s 2> /dev/null | while read -r socket; do
		must_fail "the socket ${socket}" connect PF_UNIX "pack_sockaddr_un('${socket}')"
	done
	return 0
}
