# try: folders that nobody may enter
# outcome: any
EAPI=8
inherit hostile
src_install() {
	mkdir -p "${ED}/usr/share/locked/inner" "${WORKDIR}/locked/inner" || die
	touch "${ED}/usr/share/locked/inner/file" "${WORKDIR}/locked/inner/file"
	chmod 000 "${ED}/usr/share/locked/inner" "${ED}/usr/share/locked" "${WORKDIR}/locked/inner" "${WORKDIR}/locked"
}
