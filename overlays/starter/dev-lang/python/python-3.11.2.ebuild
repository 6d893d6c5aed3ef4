# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="The Python language with its standard library"
HOMEPAGE="https://www.python.org/"
SRC_URI="https://www.python.org/ftp/python/${PV}/Python-${PV}.tgz"
S="${WORKDIR}/Python-${PV}"

LICENSE="PSF-2"
SLOT="3.11/3.11"
KEYWORDS="amd64 arm64"
IUSE="+bzip2 +ensurepip gdbm +lzma +ncurses +readline +sqlite +ssl"

RDEPEND="
	dev-libs/expat:=
	dev-libs/libffi:=
	sys-libs/zlib:=
	bzip2? ( app-arch/bzip2:= )
	gdbm? ( sys-libs/gdbm:= )
	lzma? ( app-arch/xz-utils:= )
	ncurses? ( sys-libs/ncurses:= )
	readline? ( sys-libs/readline:= )
	sqlite? ( dev-db/sqlite:= )
	ssl? ( dev-libs/openssl:= )
"
DEPEND="${RDEPEND}"
BDEPEND="virtual/pkgconfig"

# The flags that decide about extension modules
MODULE_FLAGS=( bzip2 gdbm lzma ncurses readline sqlite ssl )

# Prints the extension modules of a flag.
modules_of() {
	case $1 in
		bzip2) echo _bz2 ;;
		gdbm) echo _gdbm _dbm ;;
		lzma) echo _lzma ;;
		ncurses) echo _curses _curses_panel ;;
		readline) echo readline ;;
		sqlite) echo _sqlite3 ;;
		ssl) echo _ssl _hashlib ;;
	esac
}

src_prepare() {
	default

	# libraries and headers are looked for in the prefix and nowhere else
	sed -i \
		-e "s:add_dir_to_list(.*'/usr/local/\(lib\|include\)'):pass:" \
		-e "s:^\( *\)self.add_\(multiarch\|cross_compiling\)_paths()$:\1pass:" \
		-e "s:sysroot_paths(([A-Z', ]*), *\(system_[a-z_]*\)):\1:; s:sysroot_paths(('CPPFLAGS', 'CFLAGS', 'CC'),$:(:" \
		-e "s:^\( *system_lib_dirs = \).*:\1['${ESYSROOT}/usr/$(get_libdir)', '${ESYSROOT}/$(get_libdir)']:" \
		-e "s:^\( *system_include_dirs = \).*:\1['${ESYSROOT}/usr/include']:" \
		setup.py || die
	grep -q "system_include_dirs = \['${ESYSROOT}/usr/include'\]" setup.py || die "setup.py is not as expected"

	# Modules which are programs too are started by this Python; the fetch script is for macOS.
	find Lib -name '*.py' -exec sed -i -e "1s:^#! */usr.*python.*$:#!${EPREFIX}/usr/bin/python3.11:" {} + || die
	rm Lib/ctypes/macholib/fetch_macholib* || die

	# Bytecode for one level of optimisation, trusted without looking at the source's time: images have one time for all
	sed -i \
		-e 's:$(PYTHON_FOR_BUILD) -Wi -OO\? $(DESTDIR)$(LIBDEST)/compileall.py:true:' \
		-e 's:-j0 -d $(LIBDEST):-j0 --invalidation-mode unchecked-hash -d $(LIBDEST):' \
		Makefile.pre.in || die
	[[ $(grep -c -e '--invalidation-mode unchecked-hash' Makefile.pre.in) -eq 6 ]] || die "Makefile.pre.in is not as expected"

	# modules of flags that are off stay off even where their library is in staging
	local flag
	{
		echo '*disabled*'
		echo _tkinter _uuid nis _crypt ossaudiodev
		for flag in "${MODULE_FLAGS[@]}"; do
			use "${flag}" || modules_of "${flag}"
		done
	} > Modules/Setup.local || die
}

# Builds the Python that runs here while one for another kind of machine is made: it freezes modules, runs setup.py and
# compiles bytecode, so it is made of the same sources, and of nothing but the C library.
build_python_for_build() {
	local flag
	local -x CC="$(starter_build_cc)" CXX=false OPT="-DNDEBUG -fwrapv -O1" CFLAGS= CPPFLAGS= LDFLAGS= PKG_CONFIG=false

	mkdir -p "${WORKDIR}/build-python/Modules" || die
	pushd "${WORKDIR}/build-python" > /dev/null || die
	{
		echo '*disabled*'
		echo zlib _ctypes pyexpat _elementtree _decimal _crypt _uuid _tkinter nis ossaudiodev
		echo _multibytecodec _codecs_{cn,hk,iso2022,jp,kr,tw}
		for flag in "${MODULE_FLAGS[@]}"; do
			modules_of "${flag}"
		done
	} > Modules/Setup.local || die
	"${S}/configure" --build="${CBUILD}" --host="${CBUILD}" --without-ensurepip --disable-test-modules || die
	emake python sharedmods
	popd > /dev/null || die
}

src_configure() {
	local myconf=(
		--enable-shared
		--without-static-libpython
		--enable-ipv6
		--enable-loadable-sqlite-extensions
		--disable-test-modules
		--with-computed-gotos
		--with-system-expat
		--with-system-ffi
		--with-dbmliborder="$(usev gdbm)"
		--with-ensurepip=no
		--with-platlibdir=lib
		$(use_with readline)
	)
	if starter_cross; then
		build_python_for_build
		myconf+=(
			--with-build-python="${WORKDIR}/build-python/python"
			# what configure would look for, or find by running it, on the target: a 64-bit Linux with glibc
			ac_cv_file__dev_ptmx=yes
			ac_cv_file__dev_ptc=no
			ac_cv_aligned_required=no
			ac_cv_broken_sem_getvalue=no
			ac_cv_pthread_is_default=yes
			ac_cv_pthread_system_supported=yes
			ac_cv_working_tzset=yes
		)
	fi
	econf "${myconf[@]}"
}

src_install() {
	local library=${ED}/usr/lib/python3.11 flag module missing=()

	# what `sysconfig` tells about the build
	sed -i -e "s:${S}:${EPREFIX}/usr/src/python:g" -e "s:${WORKDIR}/build-python/::g" \
		"$(< pybuilddir.txt)"/_sysconfigdata_*.py || die
	emake DESTDIR="${D}" install

	# the graphical modules lack Tk; the folder config-* and the shell scripts are for compiling against Python
	rm -rf "${library}"/{idlelib,tkinter,turtledemo,turtle.py,lib2to3/tests,config-3.11-*} || die
	rm -f "${library}"/__pycache__/turtle.* "${ED}"/usr/bin/{idle3*,python3*-config} || die
	use ensurepip || rm -r "${library}"/ensurepip || die
	dosym python3 /usr/bin/python

	local expected=( zlib _ctypes pyexpat _decimal _socket )
	for flag in "${MODULE_FLAGS[@]}"; do
		use "${flag}" && expected+=( $(modules_of "${flag}") )
	done
	for module in "${expected[@]}"; do
		compgen -G "${library}/lib-dynload/${module}.*.so" > /dev/null || missing+=( "${module}" )
	done
	[[ -e ${library}/__pycache__/os.cpython-311.pyc ]] || missing+=( "bytecode" )
	[[ ${#missing[@]} -eq 0 ]] || die "not built: ${missing[*]}"

	starter_finish_image
}
