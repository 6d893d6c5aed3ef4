# What docompress is about: documentation of the image is compressed when src_install is done. Source: PMS 12.3.4.
# PORTAGE_COMPRESS names the program, empty for none; PORTAGE_COMPRESS_FLAGS, PORTAGE_COMPRESS_EXCLUDE_SUFFIXES and
# PORTAGE_DOCOMPRESS_SIZE_LIMIT are those of Portage (make.conf(5)).

__compress_image() {
	[[ -n ${PORTAGE_COMPRESS} ]] && (( __CAN_DOCOMPRESS )) || return 0
	type -P "${PORTAGE_COMPRESS}" > /dev/null ||
		die "PORTAGE_COMPRESS names \`${PORTAGE_COMPRESS}\`, which this machine does not have"
	local -a __flags=()
	local __suffix
	__compressor_settings
	local -A __chosen=()
	__choose_documents
	(( ${#__chosen[@]} )) || return 0
	local -a __files=()
	__unpack_documents
	__for_files __files "${PORTAGE_COMPRESS}" "${__flags[@]}" || die "${PORTAGE_COMPRESS} failed"
	__follow_documents
}

# __for_files ARRAY COMMAND…: runs a command over the files in an array; by itself while they fit on its command line
__for_files() {
	local -n __array=${1}
	shift
	if (( ${#__array[@]} > 200 )); then
		printf '%s\0' "${__array[@]}" | xargs -0 -r -- "$@" --
	elif (( ${#__array[@]} )); then
		"$@" -- "${__array[@]}"
	fi
}

# Sets __flags and __suffix.
__compressor_settings() {
	case ${PORTAGE_COMPRESS##*/} in
		bzip2 | pbzip2 | lbzip2) __suffix=.bz2 __flags=(-9) ;;
		# without name and time: the same file gives the same bytes
		gzip | pigz) __suffix=.gz __flags=(-9n) ;;
		xz) __suffix=.xz __flags=(-q) ;;
		zstd) __suffix=.zst __flags=(-q --rm) ;;
		lz4) __suffix=.lz4 __flags=(-q -m --rm) ;;
		lzip | plzip) __suffix=.lz __flags=(-9) ;;
		*) die "PORTAGE_COMPRESS names \`${PORTAGE_COMPRESS}\`, and nobody knows the suffix of what that makes" ;;
	esac
	# shellcheck disable=SC2206
	[[ ! -v PORTAGE_COMPRESS_FLAGS ]] || __flags=(${PORTAGE_COMPRESS_FLAGS})
}

# Keys of __chosen: the files of the inclusion list without those of the exclusion list; values: how many names each has.
__choose_documents() {
	local -a included=(/usr/share/{doc,info,man}) excluded=("/usr/share/doc/${__E_PF}/html") limit=()
	local list path
	for list in docompress docompress-exclude; do
		[[ -f ${__E_BUILD_INFO}/${list} ]] || continue
		while IFS= read -r path; do
			if [[ ${list} == docompress ]]; then included+=("${path}"); else excluded+=("${path}"); fi
		done < "${__E_BUILD_INFO}/${list}"
	done
	[[ ${PORTAGE_DOCOMPRESS_SIZE_LIMIT} =~ ^[0-9]+$ ]] && limit=(-size "+${PORTAGE_DOCOMPRESS_SIZE_LIMIT}c")
	local -a places=()
	local links
	for path in "${included[@]}"; do __place_in_image "${path}" && places+=("${REPLY}"); done
	if (( ${#places[@]} )); then
		while IFS= read -r -d '' links && IFS= read -r -d '' path; do
			__chosen[${path}]=${links}
		done < <(find -P "${places[@]}" -type f "${limit[@]}" -printf '%n\0%p\0')
	fi
	places=()
	for path in "${excluded[@]}"; do __place_in_image "${path}" && places+=("${REPLY}"); done
	if (( ${#places[@]} && ${#__chosen[@]} )); then
		while IFS= read -r -d '' path; do unset -v '__chosen[$path]'; done < <(find -P "${places[@]}" -type f -print0)
	fi
}

# Sets REPLY to a path of the image that is there, or fails: nothing outside is reached.
__place_in_image() {
	local at
	REPLY=${__E_ED}/${1#/}
	[[ -e ${REPLY} ]] || return 1
	__has_links "${REPLY}" || return 0
	at=$(realpath -- "${REPLY}") && [[ ${at} == "$(realpath -- "${__E_ED}")"/* ]]
}

# __has_links PATH: does the way from ED to PATH lead through a link, or up? Without a process for the many that do not.
__has_links() {
	local part=${__E_ED} name
	[[ ${1}/ == */../* ]] && return 0
	local -a names
	IFS=/ read -r -d '' -a names <<< "${1#"${__E_ED}"}"
	for name in "${names[@]}"; do
		part+=/${name%$'\n'}
		[[ -L ${part} ]] && return 0
	done
	return 1
}

# Fills __files. What came compressed is compressed anew, as the user wants it; where both are there, both stay.
__unpack_documents() {
	local file bare suffix tool links
	local -a several=() packed=()
	local -a known=(.Z .gz .bz2 .lzma .lz .lz4 .xz .zst)
	for file in "${!__chosen[@]}"; do
		[[ -s ${file} ]] || continue
		links=${__chosen[${file}]}
		for suffix in ${PORTAGE_COMPRESS_EXCLUDE_SUFFIXES}; do
			[[ ${file##*.} =~ ^${suffix}$ ]] && continue 2
		done
		case ${file} in
			*.gz | *.Z) tool="gzip -d" ;;
			*.bz2) tool="bzip2 -d" ;;
			*.xz | *.lzma) tool="xz -d" ;;
			*) tool= ;;
		esac
		if [[ -n ${tool} ]]; then
			bare=${file%.*}
			for suffix in "" "${known[@]}"; do
				[[ ${bare}${suffix} == "${file}" || ! -e ${bare}${suffix} ]] && continue
				eqawarn "QA Notice: \`${file#"${__E_ED}"}\` is there in several ways of compression"
				continue 2
			done
			${tool} -f -- "${file}" || die "cannot unpack \`${file#"${__E_ED}"}\`"
			file=${bare} links=1
		elif [[ ${file} == *.@(lz|lz4|zst) ]]; then
			continue
		fi
		__files+=("${file}")
		[[ ${links} == 1 ]] || several+=("${file}")
	done
	for file in "${several[@]}"; do
		# compressors refuse files with several names; each name becomes a file
		cp -p -- "${file}" "${file}.prefix-studio" && mv -f -- "${file}.prefix-studio" "${file}" || die "cannot copy a file"
	done
	for file in "${__files[@]}"; do
		[[ -e ${file}${__suffix} || -L ${file}${__suffix} ]] && packed+=("${file}${__suffix}")
	done
	__for_files packed rm -f
}

# Links to what got a suffix get it too, and links to those.
__follow_documents() {
	local link target
	local -i again=1 rounds=0
	local -a gone
	while (( again && rounds++ < 100 )); do
		again=0
		gone=()
		while IFS= read -r -d '' link && IFS= read -r -d '' target; do
			if [[ ${target} == /* ]]; then
				[[ -f ${__E_D}${target}${__suffix} ]] || { again=1; continue; }
			else
				[[ -f ${link%/*}/${target}${__suffix} ]] || { again=1; continue; }
			fi
			ln -s -- "${target}${__suffix}" "${link}${__suffix}" || die "cannot change a link"
			gone+=("${link}")
		done < <(find -P "${__E_ED}" -type l -xtype l -printf '%p\0%l\0')
		__for_files gone rm -f || die "cannot change a link"
		# what leads nowhere may have led to a link that is now called otherwise
		(( ${#gone[@]} )) || again=0
	done
}
