# try: uses the network that the design allows, without having declared that it needs one
# outcome: succeeds
# network: allowed
EAPI=8
inherit hostile
src_compile() {
	[[ -n ${http_proxy} || -e /run/prefix-studio/network ]] && breach "a network that nobody asked for"
	must_fail "the forwarder" connect PF_INET "pack_sockaddr_in(19418, inet_aton('127.0.0.1'))"
	return 0
}
