# try: what the engine reads after the build are FIFOs without end
# outcome: any
EAPI=8
inherit hostile
src_install() {
	local base=${D%/} name
	base=${base%/*}
	mkdir -p "${base}/build-info"
	for name in owners dostrip dostrip-exclude environment.bz2 environment NEEDED.ELF.2; do
		rm -rf "${base}/build-info/${name}"
		mkfifo "${base}/build-info/${name}"
	done
}
