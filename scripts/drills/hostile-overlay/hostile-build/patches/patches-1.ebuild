# try: applies patches that write outside of the sources, through links and by names that climb
# outcome: any
EAPI=8
inherit hostile
patch_of() {
	printf '%s\n' "--- ${1}" "+++ ${1}" '@@ -0,0 +1 @@' '+changed by a patch' > "${T}/$2.patch"
}
src_prepare() {
	local name number=0
	ln -s @CANARY@ out
	ln -s @CANARY@/secret secret
	for name in ../../../../../../../..@CANARY@/secret @CANARY@/secret a/out/secret a/secret \
		b/../../../../../../../../prefix-studio-breach /prefix-studio-breach a/"${EPREFIX}"/usr/breach; do
		patch_of "${name}" "$(( number++ ))"
		( nonfatal eapply "${T}/$(( number - 1 )).patch"; patch -p0 -f < "${T}/$(( number - 1 )).patch" ) > /dev/null 2>&1
	done
	default
}
