# into, insinto, … and the lists of docompress and dostrip. Their state reaches the external helpers by exported variables.

export __E_DESTTREE=/usr __E_INSDESTTREE= __E_EXEDESTTREE= __E_DOCINTO=
export __E_INSOPTIONS=-m0644 __E_EXEOPTIONS=-m0755 __E_LIBOPTIONS=-m0644 __E_DIROPTIONS=-m0755

__destination() {
	local variable=${1} directory=${3%/}
	(( $# == 3 )) || die "${2}: takes one path, got $(( $# - 2 ))"
	[[ ${3} == / ]] && directory=
	printf -v "${variable}" '%s' "${directory}"
	[[ ${variable} == __E_DOCINTO ]] && return 0
	# one that is there stays as it is, as in Portage
	[[ -d ${__E_ED}/${directory#/} ]] || install -d "${__E_ED}/${directory#/}" || __failed "${2}" "cannot create \`${directory}\`"
}

into() { __destination __E_DESTTREE into "$@" && __show_desttree DESTTREE "${__E_DESTTREE:-/}"; }
insinto() { __destination __E_INSDESTTREE insinto "$@" && __show_desttree INSDESTTREE "${__E_INSDESTTREE:-/}"; }
exeinto() { __destination __E_EXEDESTTREE exeinto "$@"; }
docinto() { __destination __E_DOCINTO docinto "$@"; }

__show_desttree() {
	(( __CAN_DESTTREE_VARIABLE )) && printf -v "${1}" '%s' "${2}"
	return 0
}

insopts() { __E_INSOPTIONS=$*; }
exeopts() { __E_EXEOPTIONS=$*; }
libopts() { __E_LIBOPTIONS=$*; }
diropts() { __E_DIROPTIONS=$*; }

# Every src_install starts from the defaults.
__reset_destinations() {
	__E_DESTTREE=/usr __E_INSDESTTREE= __E_EXEDESTTREE= __E_DOCINTO=
	__E_INSOPTIONS=-m0644 __E_EXEOPTIONS=-m0755 __E_LIBOPTIONS=-m0644 __E_DIROPTIONS=-m0755
	__show_desttree DESTTREE /usr
	__show_desttree INSDESTTREE ""
}

docompress() { __staging_list docompress "${__CAN_DOCOMPRESS}" "$@"; }
dostrip() { __staging_list dostrip "${__CAN_DOSTRIP}" "$@"; }

# Written to build-info/, one path per line: NAME for inclusions, NAME-exclude for exclusions.
__staging_list() {
	local name=${1} list=${1} path
	(( ${2} )) || die "${name}: not available in EAPI ${EAPI}"
	[[ ${EBUILD_PHASE} == install ]] || die "${name}: belongs into src_install"
	shift 2
	if [[ ${1} == -x ]]; then
		list+=-exclude
		shift
	fi
	(( $# )) || die "${name}: names no path"
	for path; do
		[[ ${path} == /* ]] || path=/${path}
		printf '%s\n' "${path}" >> "${__E_BUILD_INFO}/${list}"
	done
}

# The sandbox is a mount namespace: nothing to allow or deny.
addread() { :; }
addwrite() { :; }
addpredict() { :; }
adddeny() { :; }
