# try: hard links to whatever lies around
# outcome: any
EAPI=8
inherit hostile
src_install() {
	local folder
	mkdir -p "${ED}/usr/share"
	for folder in "${DISTDIR}" "${FILESDIR}" "${EBUILD%/*}" /usr/bin; do
		find "${folder}/" -maxdepth 1 -type f 2> /dev/null | head -n 5 | while read -r file; do
			must_fail "a hard link to ${file}" ln "${file}" "${ED}/usr/share/${file##*/}"
		done
	done
	echo one > "${WORKDIR}/inner"
	ln "${WORKDIR}/inner" "${ED}/usr/share/one"
	ln "${ED}/usr/share/one" "${ED}/usr/share/two"
}
