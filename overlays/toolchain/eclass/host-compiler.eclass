# Copyright 2026 Prefix Studio contributors
# Distributed under the terms of the Apache License, Version 2.0

# @ECLASS: host-compiler.eclass
# @SUPPORTED_EAPIS: 8
# @BLURB: Finds the compiler of the build machine that makes programs for CHOST
# @DESCRIPTION:
# The base packages of a prefix import their files from that compiler.

case ${EAPI} in
	8) ;;
	*) die "${ECLASS}: EAPI ${EAPI} is not supported" ;;
esac

# @FUNCTION: find_host_compiler
# @DESCRIPTION:
# Sets HOST_CC, HOST_CXX and HOST_TOOLS, the prefix of its binutils' names. Dies if there is none.
find_host_compiler() {
	local machine=${CHOST%%-*}
	if [[ $(uname -m) == "${machine}" ]]; then
		HOST_TOOLS=
	else
		HOST_TOOLS=${machine}-linux-gnu-
	fi
	HOST_CC=$(host_tool gcc) && HOST_CXX=$(host_tool g++) && return 0
	if [[ -n ${HOST_TOOLS} ]]; then
		die "building for ${CHOST} needs ${HOST_TOOLS}gcc and ${HOST_TOOLS}g++;" \
			"\`prefix-studio doctor\` names their packages"
	fi
	die "no gcc and g++ on this machine"
}

# @FUNCTION: host_tool
# @USAGE: <name>
# @DESCRIPTION:
# Prints its path, never that of a wrapper in the prefix.
host_tool() {
	local path
	while IFS= read -r path; do
		[[ ${path} == "${EPREFIX}"/* ]] && continue
		printf '%s\n' "${path}"
		return 0
	done < <(type -ap "${HOST_TOOLS}${1}")
	return 1
}

# @FUNCTION: compiler_file
# @USAGE: <name>
# @DESCRIPTION:
# Prints the path of a library or object that the compiler would use, links resolved.
compiler_file() {
	local path
	path=$("${HOST_CC}" -print-file-name="${1}")
	[[ ${path} == /* && -e ${path} ]] || return 1
	readlink -f "${path}"
}
