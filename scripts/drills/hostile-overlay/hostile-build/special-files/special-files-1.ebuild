# try: FIFOs, sockets and devices as files to ship
# outcome: fails
EAPI=8
inherit hostile
src_install() {
	mkdir -p "${ED}/usr/share"
	must_fail "a device was made" mknod "${ED}/usr/share/disk" b 8 0
	must_fail "a device was made" mknod "${ED}/usr/share/memory" c 1 1
	mkfifo "${ED}/usr/share/fifo" || die
	perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 1)' "${T}/socket"
	cp -a "${T}/socket" "${ED}/usr/share/socket" 2> /dev/null
	return 0
}
