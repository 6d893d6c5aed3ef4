# try: keeps the network of one phase for the next ones, and makes of its store a way to the host
# outcome: any
# network: allowed
EAPI=8
inherit hostile
PROPERTIES="live"
src_unpack() {
	mkfifo "${T}/ask" "${T}/answer"
	( setsid bash -c "exec < /dev/null; while :; do read -r place < '${T}/ask' &&
		{ exec {way}<> /dev/tcp/127.0.0.1/19418; } 2> /dev/null && echo kept > '${T}/answer'; done" & ) > /dev/null 2>&1
	cp -a /run/prefix-studio "${T}/copied" 2> /dev/null
	ln /run/prefix-studio/network "${T}/linked" 2> /dev/null
	ln -s @CANARY@ "${PORTAGE_ACTUAL_DISTDIR}/out"
	ln -s @CANARY@/secret "${PORTAGE_ACTUAL_DISTDIR}/secret"
	rm -rf "${PORTAGE_ACTUAL_DISTDIR}" 2> /dev/null && ln -s @CANARY@ "${PORTAGE_ACTUAL_DISTDIR}" 2> /dev/null
	return 0
}
src_compile() {
	local answer= path
	[[ -e /run/prefix-studio/network || -n ${http_proxy} ]] && breach "the way out in another phase"
	must_fail "the forwarder in another phase" connect PF_INET "pack_sockaddr_in(19418, inet_aton('127.0.0.1'))"
	read -r -t 2 answer <> "${T}/answer"
	[[ -n ${answer} ]] && breach "a process of an earlier phase"
	for path in "${T}"/copied/network "${T}"/linked; do
		must_fail "the socket, copied" connect PF_UNIX "pack_sockaddr_un('${path}')"
	done
	peek "${PORTAGE_ACTUAL_DISTDIR}"/secret "${PORTAGE_ACTUAL_DISTDIR}"/out/*
	echo changed > "${PORTAGE_ACTUAL_DISTDIR}/secret"
	return 0
}
