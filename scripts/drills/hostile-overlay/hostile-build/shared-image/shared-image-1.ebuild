# try: fills its image with the path of its prefix in every way that misleads who rewrites it for another
# outcome: any
# then: elsewhere
EAPI=8
inherit hostile
src_install() {
	local eprefix=${EPREFIX} count
	insinto /usr/share/traps
	# paths out of the prefix that only look like those below it
	dosym "${eprefix}/../../../../../../..@CANARY@/secret" /usr/share/traps/up
	dosym "..${eprefix}/x" /usr/share/traps/relative
	dosym @CANARY@ /usr/share/traps/out
	printf '%s' "${eprefix}" > text; head -c 100000 /dev/zero | tr '\0' '/' >> text
	for (( count = 0; count < 5000; count++ )); do echo "${eprefix}${eprefix}"; done > often
	printf 'x\0%s\0' "${eprefix}" > binary
	printf '%s' "${eprefix:0:40}" > piece
	printf '\x7fELF\x02\x01\x01%s' "$(head -c 60 /dev/urandom | tr '\0' x)${eprefix}" > elf
	# tables that lie outside of the file, or in each other
	perl -e 'print "\x7fELF\x02\x01\x01", "\0" x 9, pack("SSLQQQLSSSSSS", 3, 62, 1, 0, 64, 2**62, 0, 64, 56, 65535, 64, 65535, 65534)' > elf-lies
	{ head -c 80000000 /dev/zero; printf '%s' "${eprefix}"; } | gzip -9 > bomb.gz
	{ head -c 80000000 /dev/zero; printf '%s' "${eprefix}"; } | xz -0 > bomb.xz
	printf '%s' "${eprefix}" | gzip | gzip > twice.gz
	printf '\x1f\x8b\x08\x08cut' > cut.gz
	printf '\xcb\r\r\n\0\0\0\0\0\0\0\0\0\0\0\0\xe3%s' "${eprefix}" > code.pyc
	doins text often binary elf elf-lies bomb.gz bomb.xz twice.gz cut.gz code.pyc
	mkfifo "${ED}/usr/share/traps/fifo"
}
