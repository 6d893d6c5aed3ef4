# try: what the engine reads after the build are links, FIFOs and devices
# outcome: any
EAPI=8
inherit hostile
src_install() {
	local base=${D%/} name
	base=${base%/*}
	mkdir -p "${base}/build-info"
	for name in owners dostrip dostrip-exclude environment.bz2 environment RDEPEND CONTENTS DESCRIPTION SLOT; do
		rm -rf "${base}/build-info/${name}"
		ln -s @CANARY@/secret "${base}/build-info/${name}"
	done
	rm -f "${T}/environment"
	ln -s @CANARY@/secret "${T}/environment"
}
