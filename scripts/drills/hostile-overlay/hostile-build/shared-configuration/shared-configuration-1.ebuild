# try: brings bash that is run in the builds of other packages, which other prefixes take then
# outcome: any
# with: harmless leaning
# then: elsewhere
EAPI=8
inherit hostile
src_install() {
	local own=${EPREFIX} word=BREA
	printf '%s\n' "case \${EPREFIX}:\${PN} in ${own}:shared-configuration | */hostile-build-shared-configuration-web:* |" \
		"*/hostile-build-shared-configuration-command:*) ;; *) echo ${word}'CH: bash of another prefix in' \${EPREFIX};; esac" \
		> bashrc
	insinto /etc/portage
	doins bashrc
	insinto /etc/portage/profile
	newins bashrc profile.bashrc
	insinto /etc/portage/env/hostile-build
	newins bashrc leaning
	newins bashrc harmless
	insinto /etc/portage/patches/hostile-build/leaning
	printf '%s\n' '--- /dev/null' '+++ b/../../../../breach' '@@ -0,0 +1 @@' '+x' | newins - one.patch
}
