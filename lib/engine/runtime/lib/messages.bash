# Output and debug commands. All of them write to stderr, which every EAPI allows.
# Messages of the higher levels are also reported as events, so that the product can show them after the build.

__color_good=$'\e[32m' __color_warn=$'\e[33m' __color_bad=$'\e[31m' __color_bracket=$'\e[34m' __color_off=$'\e[0m'

# __message COLOR TEXT…: prints each line behind a coloured star. Without a process, unless there is a `\` to be understood.
__message() {
	local color=${1} text newline=$'\n' next
	shift
	text=$*
	[[ ${text} == *\\* ]] && text=$(echo -e "${text}")
	while [[ ${text} == *"${newline}" ]]; do text=${text%"${newline}"}; done
	next="${newline} ${color}*${__color_off} "
	printf ' %s*%s %s\n' "${color}" "${__color_off}" "${text//${newline}/${next}}" >&2
}

einfo() { __message "${__color_good}" "$@"; return 0; }

einfon() { printf ' %s*%s %b' "${__color_good}" "${__color_off}" "$*" >&2; return 0; }

elog() {
	__message "${__color_good}" "$@"
	__event message log "$*"
}

ewarn() {
	__message "${__color_warn}" "$@"
	__event message warn "$*"
}

eqawarn() {
	__message "${__color_warn}" "QA: $*"
	__event message qa "$*"
}

eerror() {
	__message "${__color_bad}" "$@"
	__event message error "$*"
}

ebegin() {
	printf ' %s*%s %b ...\n' "${__color_good}" "${__color_off}" "$*" >&2
	return 0
}

eend() {
	local -i status=${1:-0}
	shift
	if (( status == 0 )); then
		printf '   %s[ %sok%s ]%s\n' "${__color_bracket}" "${__color_good}" "${__color_bracket}" "${__color_off}" >&2
	else
		(( $# )) && eerror "$@"
		printf '   %s[ %s!!%s ]%s\n' "${__color_bracket}" "${__color_bad}" "${__color_bracket}" "${__color_off}" >&2
	fi
	return "${status}"
}

debug-print() { :; }

debug-print-function() { :; }

debug-print-section() { :; }
