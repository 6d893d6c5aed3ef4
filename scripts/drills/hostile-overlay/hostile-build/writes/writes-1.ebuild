# try: writes to every place it can think of, in every phase
# outcome: succeeds
EAPI=8
inherit hostile
pkg_setup() { write_outside; }
src_unpack() { write_outside; }
src_compile() { write_outside; }
pkg_preinst() { write_outside; }
pkg_postinst() {
	write_outside
	touch "${ROOT}/prefix-studio-breach" "${ROOT}/../prefix-studio-breach" "${EROOT}/../prefix-studio-breach" 2> /dev/null
	return 0
}
