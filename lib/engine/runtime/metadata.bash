#!/bin/bash
# The metadata phase: reads one question per line from standard input, answers each on standard output.
#
#   question: EBUILD <tab> CATEGORY <tab> ECLASS-DIRECTORIES, the one that wins first, separated by colons <tab> names of
#             the eclasses that it may inherit, directly or not, separated by blanks
#   answer:   lines KEY=VALUE as in an md5-cache entry, white space normalised, empty keys left out; then
#             _eclasses_=NAME <tab> FILE <tab> NAME <tab> FILE …; then a line of a record separator.
#             A failure: one or more lines of error text, each after `!`, and the record separator.
#
# Each ebuild is sourced in a fork. Eclasses are parsed once, in the parent, and kept as functions; one that was not named
# is sourced. Nothing here may be slow: regular expressions are compiled anew each time, and a here-document is read byte by byte.

__RUNTIME=${BASH_SOURCE[0]%/*}
for __part in eapi event messages failure lists version inherit phases; do
	source "${__RUNTIME}/lib/${__part}.bash" || exit 2
done

# Nothing here has an effect on, or asks about, the system.
einfo() { :; }
einfon() { :; }
elog() { :; }
ewarn() { :; }
eqawarn() { :; }
eerror() { :; }
ebegin() { :; }
eend() { return "${1:-0}"; }
for __command in use useq usev usex use_with use_enable in_iuse has_version best_version unpack econf emake eapply \
	eapply_user einstalldocs default into insinto exeinto docinto insopts exeopts diropts docompress dostrip \
	dobin dodoc doins dosym dodir; do
	eval "${__command}() { die \"${__command}: called in global scope\"; }"
done
unset -v __command __part
get_libdir() { echo lib; }

__report_death() { printf '%s\n' "${1}" >&2; }

# Parsed eclasses by file.
declare -A __parsed=()
declare -i __parsed_count=0

# __parse_eclasses NAME…: in the parent, before the fork.
__parse_eclasses() {
	local name
	for name; do
		__eclass_path "${name}" || continue
		[[ -v __parsed[${__eclass_file}] ]] || __parse_eclass "${__eclass_file}"
	done
}

# An eclass that does not survive being put into a function (unbalanced here-documents, alias tricks) is sourced instead.
__parse_eclass() {
	local name=__eclass_$(( __parsed_count++ ))
	if eval "${name}() {
$(< "${1}")
}" 2> /dev/null; then
		__parsed[${1}]=${name}
	else
		__parsed[${1}]=
	fi
}

__source_eclass() {
	if [[ -n ${__parsed[${1}]-} ]]; then
		"${__parsed[${1}]}"
	else
		source "${1}"
	fi
}

__split_name() {
	PF=${1##*/}
	PF=${PF%.ebuild}
	PN=${1%/*}
	PN=${PN##*/}
	PVR=${PF#"${PN}-"}
	PV=${PVR} PR=r0
	if [[ ${PVR} =~ ^(.*)-r([0-9]+)$ ]]; then
		PV=${BASH_REMATCH[1]} PR=r${BASH_REMATCH[2]}
	fi
	P=${PN}-${PV}
}

__metadata_keys=(BDEPEND DEFINED_PHASES DEPEND DESCRIPTION EAPI HOMEPAGE IDEPEND INHERIT IUSE KEYWORDS LICENSE PDEPEND
	PROPERTIES RDEPEND REQUIRED_USE RESTRICT SLOT SRC_URI)

# Runs in the fork: everything it prints goes out at once, at the end.
__read_metadata() {
	__split_name "${1}"
	EBUILD=${1}
	WORKDIR=/var/tmp/portage/${CATEGORY}/${PF}/work S=${WORKDIR}/${P} FILESDIR=${1%/*}/files DISTDIR=/var/cache/distfiles
	T=/tmp EPREFIX= ROOT= EROOT= SYSROOT= ESYSROOT= BROOT=
	EBUILD_PHASE=depend
	__eapi_shell_options
	__remove_absent_commands
	__source_ebuild "${1}"

	local __defined_phases __key __text=
	__find_defined_phases
	DEFINED_PHASES=${__defined_phases}
	set -f
	for __key in "${__metadata_keys[@]}"; do
		# shellcheck disable=SC2086
		set -- ${!__key}
		(( $# )) && __text+="${__key}=$*"$'\n'
	done
	local __name __list=
	for __name in ${INHERITED}; do
		__list+="${__list:+$'\t'}${__name}"$'\t'"${__ECLASS_FILES[${__name}]}"
	done
	[[ -n ${__list} ]] && __text+="_eclasses_=${__list}"$'\n'
	printf '%s' "${__text}" >&5
}

exec 5>&1 6<&0 0< /dev/null

while IFS=$'\t' read -r -u 6 __ebuild CATEGORY __dirs __names; do
	__E_ECLASS_DIRS=${__dirs//:/$'\n'}
	__eapi_of "${__ebuild}"
	if __eapi_load "${__EBUILD_EAPI}"; then
		# shellcheck disable=SC2086
		__parse_eclasses ${__names}
		__errors=$(
			ulimit -t "${__PROCESSOR_SECONDS:-unlimited}"
			__read_metadata "${__ebuild}" 2>&1 > /dev/null 6<&-
		)
		__status=$?
		if (( __status == 0 )); then
			__errors=
		else
			__errors=${__errors:-the ebuild ended the shell with status ${__status}}
		fi
	else
		__errors="EAPI \`${__EBUILD_EAPI}\` is not supported"
	fi
	if [[ -n ${__errors} ]]; then
		printf '!%s\n' "${__errors//$'\n'/$'\n!'}" >&5
	fi
	printf '%s\n' "${__record}" >&5
done
