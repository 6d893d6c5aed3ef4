# ver_cut, ver_rs, ver_test, ver_replacing. Source: PMS, "Version manipulation and comparison commands", and 3.3.

# Called a hundred times for some ebuilds, so without regular expressions, which bash compiles anew each time.

# __version_split TEXT: fills __parts with separator 0, component 1, separator 1, component 2 …
__version_split() {
	local rest=${1} part=${1%%[A-Za-z0-9]*} separator
	__parts=("${part}")
	rest=${rest:${#part}}
	while [[ -n ${rest} ]]; do
		if [[ ${rest} == [0-9]* ]]; then
			part=${rest%%[!0-9]*}
		else
			part=${rest%%[!A-Za-z]*}
		fi
		rest=${rest:${#part}}
		separator=${rest%%[A-Za-z0-9]*}
		rest=${rest:${#separator}}
		__parts+=("${part}" "${separator}")
	done
}

# __version_range RANGE LAST: sets __from and __to; an open end is LAST, and nothing reaches beyond it. __beyond is set
# when the range was open or had to be cut.
__version_range() {
	case ${1} in
		'' | -* | *[!0-9-]* | *-*-*) die "${FUNCNAME[1]}: range \`${1}\` is not of the form N, N- or N-M" ;;
	esac
	__from=$(( 10#${1%-*} ))
	case ${1} in
		*-) __to=${2} ;;
		*-*)
			__to=$(( 10#${1#*-} ))
			(( __from <= __to )) || die "${FUNCNAME[1]}: range \`${1}\` ends before it starts"
			;;
		*) __to=${__from} ;;
	esac
	__beyond=
	if [[ ${1} == *- ]] || (( __to > ${2} )); then
		__to=${2} __beyond=1
	fi
	return 0
}

ver_cut() {
	local LC_ALL=C __parts __from __to __beyond
	__version_split "${2-${PV}}"
	local -i last=$(( ${#__parts[@]} / 2 ))
	__version_range "${1}" "${last}"
	# component n stands at 2n-1; with component 0 the leading separator is kept
	local -i first=0 end=$(( 2 * __to ))
	(( __from > 0 )) && first=$(( 2 * __from - 1 ))
	# a range that meets no component is empty, even where it meets a separator
	(( __to == 0 || __from > last )) && { echo; return 0; }
	# a suffix behind the last component belongs to a range that reaches over it
	[[ -n ${__beyond} ]] && end+=1
	local IFS=
	echo "${__parts[*]:first:end - first}"
}

ver_rs() {
	local LC_ALL=C __parts __from __to __beyond text=${PV}
	(( $# % 2 )) && text=${!#}
	__version_split "${text}"
	local -i last=$(( ${#__parts[@]} / 2 )) index
	while (( $# >= 2 )); do
		__version_range "${1}" "${last}"
		for (( index = __from; index <= __to; index++ )); do
			# an empty separator before the first and after the last component is not there
			if (( index == 0 || index == last )) && [[ -z ${__parts[2 * index]} ]]; then
				continue
			fi
			__parts[2 * index]=${2}
		done
		shift 2
	done
	local IFS=
	echo "${__parts[*]}"
}

# __compare_integers A B: sets __order to -1, 0 or 1; any number of digits.
__compare_integers() {
	local a=${1:-0} b=${2:-0}
	if (( ${#a} < 18 && ${#b} < 18 )); then
		(( __order = 10#${a} > 10#${b} ? 1 : 10#${a} < 10#${b} ? -1 : 0, 1 ))
		return 0
	fi
	while [[ ${a} == 0?* ]]; do a=${a#0}; done
	while [[ ${b} == 0?* ]]; do b=${b#0}; done
	if (( ${#a} != ${#b} )); then
		(( __order = ${#a} > ${#b} ? 1 : -1, 1 ))
	else
		__compare_text "${a}" "${b}"
	fi
}

__compare_text() {
	__order=0
	[[ ${1} > ${2} ]] && __order=1
	[[ ${1} < ${2} ]] && __order=-1
	return 0
}

# __compare_plain A B: versions of numbers that have no leading zeros, and fit into integers
__compare_plain() {
	(( __order = ${1%%.*} - ${2%%.*} )) && return 0
	local IFS=.
	local -a a=(${1}) b=(${2})
	local -i i
	for (( i = 1; i < ${#a[@]} && i < ${#b[@]}; i++ )); do
		(( __order = a[i] - b[i] )) && return 0
	done
	__order=$(( ${#a[@]} - ${#b[@]} ))
}

# __version_parts TEXT: fills __numbers, __letter, __suffixes (`_p1_rc2`) and __revision (digits). Source: PMS 3.2.
__version_parts() {
	__numbers=${1%%[!0-9.]*} __letter= __suffixes= __revision=
	case ${__numbers} in
		'' | .* | *. | *..*) return 1 ;;
		"${1}") return 0 ;;
	esac
	local rest=${1:${#__numbers}} word name
	if [[ ${rest} == [a-z]* ]]; then
		__letter=${rest:0:1}
		rest=${rest:1}
	fi
	__suffixes=${rest%%-*}
	rest=${rest:${#__suffixes}}
	if [[ -n ${rest} ]]; then
		__revision=${rest#-r}
		[[ ${rest} == -r[0-9]* && ${__revision} != *[!0-9]* ]] || return 1
	fi
	rest=${__suffixes}
	while [[ -n ${rest} ]]; do
		[[ ${rest} == _* ]] || return 1
		word=${rest:1}
		word=${word%%_*}
		rest=${rest:1 + ${#word}}
		name=${word%%[0-9]*}
		case ${name} in
			alpha | beta | pre | rc | p) ;;
			*) return 1 ;;
		esac
		[[ ${word:${#name}} != *[!0-9]* ]] || return 1
	done
	return 0
}

# __compare_versions A B: sets __order to a number below, equal to or above zero. Algorithm 3.1 to 3.7 of PMS.
__compare_versions() {
	# mostly both are short, and plain numbers between dots
	local both=.${1}.,.${2}.
	if (( ${#both} < 22 )) && [[ ${both} != *[!0-9.,]* && ${both} != *..* && ${both} != *.0[0-9]* ]]; then
		__compare_plain "${1}" "${2}"
		return 0
	fi
	local __numbers __letter __suffixes __revision
	__version_parts "${1}" || die "ver_test: \`${1}\` is not a valid version"
	local numbers=${__numbers} letter=${__letter} suffixes=${__suffixes} revision=${__revision}
	__version_parts "${2}" || die "ver_test: \`${2}\` is not a valid version"

	__compare_integers "${numbers%%.*}" "${__numbers%%.*}"
	(( __order )) && return 0
	local IFS=.
	local -a a=(${numbers}) b=(${__numbers})
	local -i i
	for (( i = 1; i < ${#a[@]} && i < ${#b[@]}; i++ )); do
		local x=${a[i]} y=${b[i]}
		if [[ ${x} == 0* || ${y} == 0* ]]; then
			while [[ ${x} == *0 ]]; do x=${x%0}; done
			while [[ ${y} == *0 ]]; do y=${y%0}; done
			__compare_text "${x}" "${y}"
		else
			__compare_integers "${x}" "${y}"
		fi
		(( __order )) && return 0
	done
	if (( ${#a[@]} != ${#b[@]} )); then
		(( __order = ${#a[@]} > ${#b[@]} ? 1 : -1, 1 ))
		return 0
	fi

	__compare_text "${letter}" "${__letter}"
	(( __order )) && return 0
	if [[ ${suffixes} != "${__suffixes}" ]]; then
		__compare_suffixes "${suffixes}" "${__suffixes}"
		(( __order )) && return 0
	fi
	__compare_integers "${revision}" "${__revision}"
}

__compare_suffixes() {
	local IFS=_
	local -a a=(${1#_}) b=(${2#_})
	local -i i rankA rankB
	for (( i = 0; i < ${#a[@]} || i < ${#b[@]}; i++ )); do
		__suffix_rank "${a[i]-}"
		rankA=${__rank}
		__suffix_rank "${b[i]-}"
		rankB=${__rank}
		if (( rankA != rankB )); then
			(( __order = rankA > rankB ? 1 : -1, 1 ))
			return 0
		fi
		__compare_integers "${a[i]##*[a-z]}" "${b[i]##*[a-z]}"
		(( __order )) && return 0
	done
	return 0
}

# A missing suffix stands between rc and p.
__suffix_rank() {
	case ${1} in
		alpha*) __rank=1 ;;
		beta*) __rank=2 ;;
		pre*) __rank=3 ;;
		rc*) __rank=4 ;;
		p*) __rank=6 ;;
		*) __rank=5 ;;
	esac
}

ver_test() {
	local LC_ALL=C __order __rank left=${PVR}
	case $# in
		2) ;;
		3)
			left=${1}
			shift
			;;
		*) die "ver_test: takes two or three arguments, got $#" ;;
	esac
	case ${1} in
		-eq | -ne | -lt | -le | -gt | -ge) ;;
		*) die "ver_test: \`${1}\` is no operator" ;;
	esac
	__compare_versions "${left}" "${2}"
	test "${__order}" "${1}" 0
}

ver_replacing() {
	(( $# == 2 )) || die "ver_replacing: takes two arguments, got $#"
	# where REPLACING_VERSIONS is defined; PMS, "Defined variables"
	[[ " pretend setup preinst postinst " == *" ${EBUILD_PHASE} "* ]] ||
		die "ver_replacing: nothing is replaced in the phase ${EBUILD_PHASE}"
	local version
	for version in ${REPLACING_VERSIONS}; do
		ver_test "${version}" "${1}" "${2}" && return 0
	done
	return 1
}
