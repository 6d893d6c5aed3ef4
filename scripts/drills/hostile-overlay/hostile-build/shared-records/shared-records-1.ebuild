# try: claims to be another package in the records of its build, and carries records of the engine
# outcome: any
# then: elsewhere
EAPI=8
inherit hostile
src_install() {
	local name
	for name in KEY PREBUILT OWNERS CAPABILITIES PATCHES TAKEN; do
		echo "0:0 ${EPREFIX}/x @CANARY@" > "${T}/../build-info/PREFIX_STUDIO_${name}"
	done
	echo "${EPREFIX}/../../..@CANARY@" > "${T}/../build-info/EPREFIX"
	echo one > "${T}/../build-info/CONTENTS"
	insinto /usr/share
	echo one | newins - one
}
