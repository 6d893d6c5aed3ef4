# Copies the headers of the C library, the kernel and the C++ library, and nothing else of the build machine.

install_headers() {
	local machine
	machine=$("${HOST_CC}" -dumpmachine)
	dodir /usr/include
	if [[ -n ${HOST_TOOLS} && -d /usr/${machine}/include ]]; then
		# Debian's cross headers stand alone; the C++ ones among them are handled below
		tar -C "/usr/${machine}/include" --exclude=./c++ -cf - . | tar -C "${ED}/usr/include" -xof - || die
	else
		copy_packaged_headers "${machine}"
	fi
	[[ -e ${ED}/usr/include/stdio.h && -e ${ED}/usr/include/linux/types.h ]] ||
		die "the headers of the C library or of the kernel were not found on this machine"
	copy_cxx_headers "${machine}"
}

# copy_packaged_headers MACHINE: asks the package database which files are theirs; the folder of the machine is dissolved
copy_packaged_headers() {
	list_packaged_headers | grep '^/usr/include/' | while IFS= read -r file; do
		[[ -f ${file} ]] && printf '%s\n' "${file#/usr/include/}"
	done > "${T}/headers"
	tar -C /usr/include -T "${T}/headers" -hcf - |
		tar -C "${ED}/usr/include" --transform "s|^${1}/||" -xof - || die "cannot copy the headers"
	chmod -R u+w,go=u-w "${ED}/usr/include"
}

list_packaged_headers() {
	if type -P dpkg > /dev/null && [[ -d /var/lib/dpkg/info ]]; then
		dpkg -L libc6-dev linux-libc-dev
		# since glibc gave it up, crypt.h has a package of its own; not on every machine
		dpkg -L libcrypt-dev 2> /dev/null
	elif type -P rpm > /dev/null; then
		rpm -ql glibc-devel glibc-headers kernel-headers libxcrypt-devel 2> /dev/null
	else
		die "this machine has neither dpkg nor rpm to tell which headers belong to the C library"
	fi
}

# copy_cxx_headers MACHINE: as the compiler lists them, architecture independent part first
copy_cxx_headers() {
	local -a folders
	local folder version
	version=$("${HOST_CC}" -dumpversion)
	mapfile -t folders < <(cxx_folders)
	(( ${#folders[@]} )) || die "the compiler ${HOST_CXX} has no C++ headers"
	local target=${ED}/usr/include/c++/${version}
	mkdir -p "${target}" || die
	for folder in "${folders[@]}"; do
		case ${folder} in
			*/backward) continue ;;
			*"${1}"/c++/* | */c++/*/"${1}")
				# the part that depends on the machine
				mkdir -p "${target}/${1}" && cp -rL "${folder}/." "${target}/${1}/" || die
				;;
			*) cp -rL "${folder}/." "${target}/" || die ;;
		esac
	done
	chmod -R u+w,go=u-w "${target}"
}

cxx_folders() {
	"${HOST_CXX}" -E -x c++ -v /dev/null 2>&1 > /dev/null |
		sed -n '/#include <...>/,/End of search list/s/^ //p' | grep '/c++/' | while IFS= read -r folder; do
		readlink -f "${folder}"
	done
}

# Search path of the copied C++ headers.
cxx_include_path() {
	local base
	base=${EPREFIX}/usr/include/c++/$("${HOST_CC}" -dumpversion)
	printf '%s' "${base}:${base}/$("${HOST_CC}" -dumpmachine):${base}/backward"
}
