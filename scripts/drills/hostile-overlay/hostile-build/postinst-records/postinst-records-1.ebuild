# try: its record of installed files names files of the host
# outcome: any
# then: replaced
EAPI=8
inherit hostile
src_install() {
	insinto /usr/share/records
	echo one | newins - one
}
pkg_postinst() {
	local entry
	for entry in "${EROOT}"/var/db/pkg/*/*; do
		printf 'obj %s/../../../../../../../../../../../..%s/secret 0 0\nsym /x -> %s 0\ndir %s\n' "${EPREFIX}" @CANARY@ @CANARY@ @CANARY@ >> "${entry}/CONTENTS"
		mkfifo "${entry}/RDEPEND.new" 2> /dev/null
		rm -f "${entry}/repository"
		ln -s @CANARY@/secret "${entry}/repository"
	done
	return 0
}
