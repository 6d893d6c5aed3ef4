# Finds the compiler of the build machine that makes programs for CHOST.
# Sets HOST_CC, HOST_CXX and HOST_TOOLS, the prefix of its binutils' names.

find_host_compiler() {
	local machine=${CHOST%%-*}
	if [[ $(uname -m) == "${machine}" ]]; then
		HOST_TOOLS=
	else
		HOST_TOOLS=${machine}-linux-gnu-
	fi
	HOST_CC=$(host_tool gcc) && HOST_CXX=$(host_tool g++) && return 0
	if [[ -n ${HOST_TOOLS} ]]; then
		die "building for ${CHOST} needs a cross compiler; on Debian and its descendants:" \
			"apt-get install gcc-${machine//_/-}-linux-gnu g++-${machine//_/-}-linux-gnu libc6-dev-${ARCH}-cross"
	fi
	die "no gcc and g++ on this machine"
}

# host_tool NAME: its path, never that of a wrapper in the prefix
host_tool() {
	local path
	while IFS= read -r path; do
		[[ ${path} == "${EPREFIX}"/* ]] && continue
		printf '%s\n' "${path}"
		return 0
	done < <(type -ap "${HOST_TOOLS}${1}")
	return 1
}

# compiler_file NAME: path of a library or object that the compiler would use, links resolved
compiler_file() {
	local path
	path=$("${HOST_CC}" -print-file-name="${1}")
	[[ ${path} == /* && -e ${path} ]] || return 1
	readlink -f "${path}"
}
