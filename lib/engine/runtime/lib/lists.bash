# Text list functions. Source: PMS, "Text list functions".

has() {
	local needle=${1} word
	shift
	for word; do
		[[ ${word} == "${needle}" ]] && return 0
	done
	return 1
}

hasv() { has "$@" && echo "${1}"; }

hasq() { has "$@"; }
