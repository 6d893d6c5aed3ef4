# unpack. Source: PMS, "Misc commands".

unpack() {
	(( $# )) || die "unpack: names no file"
	local name
	for name; do
		__unpack_one "${name}" || return
	done
	# what an archive says about permissions is not trusted, set-ID bits least of all
	find . -mindepth 1 -maxdepth 1 ! -type l -exec chmod -Rf a+rX,u+w,go-w,ug-s {} +
	return 0
}

__unpack_one() {
	local name=${1} path suffix base
	case ${name} in
		./*) path=${name} ;;
		*/*)
			(( __CAN_UNPACK_ANY_PATH )) || die "unpack: \`${name}\` is neither a file of DISTDIR nor below ./"
			path=${name}
			;;
		*) path=${DISTDIR}/${name} ;;
	esac
	[[ -s ${path} ]] || { __unpack_failed "${name}" "no such file, or an empty one"; return; }

	base=${name##*/}
	suffix=${base}
	(( __CAN_UNPACK_ANY_CASE )) && suffix=${base,,}
	printf '>>> Unpacking %s to %s\n' "${base}" "${PWD}"
	case ${suffix} in
		*.tar) __unpack_tar "" ;;
		*.tgz | *.tar.gz | *.tar.[zZ]) __unpack_tar "gzip -dc" ;;
		*.tbz | *.tbz2 | *.tar.bz | *.tar.bz2) __unpack_tar "bzip2 -dc" ;;
		*.tar.lzma) __unpack_tar "xz --format=lzma -dc" ;;
		*.tar.xz) __unpack_if "${__CAN_UNPACK_XZ}" __unpack_tar "xz -dc" ;;
		*.txz) __unpack_if "${__CAN_UNPACK_TXZ}" __unpack_tar "xz -dc" ;;
		*.tar.zst | *.tar.zstd) __unpack_tar "zstd -dc" ;;
		*.zip | *.jar) __unpack_with unzip -qo "${path}" ;;
		*.gz | *.[zZ]) __unpack_stream "gzip -dc" ;;
		*.bz | *.bz2) __unpack_stream "bzip2 -dc" ;;
		*.lzma) __unpack_stream "xz --format=lzma -dc" ;;
		*.xz) __unpack_if "${__CAN_UNPACK_XZ}" __unpack_stream "xz -dc" ;;
		*.7z) __unpack_if "${__CAN_UNPACK_7Z_RAR_LHA}" __unpack_with 7z x -y "${path}" ;;
		*.rar) __unpack_if "${__CAN_UNPACK_7Z_RAR_LHA}" __unpack_with unrar x -idq -o+ "${path}" ;;
		*.lha | *.lzh) __unpack_if "${__CAN_UNPACK_7Z_RAR_LHA}" __unpack_with lha xfq "${path}" ;;
		*.a | *.deb) __unpack_with ar x "${path}" ;;
		*) ;; # other formats are not an error
	esac
}

__unpack_failed() {
	if [[ -n ${__NONFATAL} ]]; then
		eerror "unpack: \`${1}\`: ${2}"
		return 1
	fi
	die "unpack: \`${1}\`: ${2}"
}

__unpack_if() {
	local -i supported=${1}
	shift
	(( supported )) || return 0
	"$@"
}

# __unpack_tar FILTER: FILTER is a command line without quoting, empty for plain tar
__unpack_tar() {
	__need_tool tar && __need_tool "${1%% *}" || return
	if [[ -z ${1} ]]; then
		tar -xof "${path}" || __unpack_failed "${name}" "tar failed"
		return
	fi
	${1} -- "${path}" | tar -xof -
	local -a statuses=("${PIPESTATUS[@]}")
	# trailing garbage and zero padding make gzip and bzip2 complain with status 2 about a file that is fine
	if (( statuses[1] != 0 )) || (( statuses[0] != 0 && statuses[0] != 2 )); then
		__unpack_failed "${name}" "${1%% *} or tar failed"
	fi
}

__unpack_stream() {
	__need_tool "${1%% *}" || return
	${1} -- "${path}" > "${base%.*}" || __unpack_failed "${name}" "${1%% *} failed"
}

__unpack_with() {
	__need_tool "${1}" || return
	"$@" || __unpack_failed "${name}" "${1} failed"
}

__need_tool() {
	[[ -z ${1} ]] && return 0
	type -P "${1}" > /dev/null || __unpack_failed "${name}" "needs the program \`${1}\`, which this machine does not have"
}
