EAPI=8

DESCRIPTION="Compiles against the prefix, and cannot against the host"
HOMEPAGE="https://example.org/"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
S=${WORKDIR}

src_compile() {
	cat > hello.cc <<-'END' || die
		#include <cmath>
		#include <iostream>
		#include <thread>
		int main(int argc, char **) {
			std::thread thread([] { std::cout << "from a thread, "; });
			thread.join();
			std::cout << std::sqrt(argc) << " in " << __FILE__ << "\n";
		}
	END
	echo 'int main(void) { return 0; }' > plain.c || die
	echo '#include <zlib.h>' > header.c || die

	"${CHOST}-g++" -O2 -pthread hello.cc -o hello || die
	./hello || die "programs of the prefix do not start in the sandbox"
	make CFLAGS=-O2 plain || die "plain make does not compile"

	# the host has zlib, the prefix has not
	"${CHOST}-gcc" plain.c -lz -o leak && die "-lz found the library of the host"
	"${CHOST}-gcc" plain.c -L/usr/lib/x86_64-linux-gnu -L/usr/lib64 -L/usr/lib -lz -o leak && die "-L reached the host"
	"${CHOST}-gcc" -c header.c && die "the headers of the host are seen"
	"${CHOST}-pkg-config" --exists zlib && die "pkg-config sees the host"
	local library
	for library in /usr/lib/*/libz.so /usr/lib64/libz.so; do
		[[ -e ${library} ]] || continue
		"${CHOST}-gcc" plain.c "${library}" -o leak && die "a library of the host was linked by path"
	done
	return 0
}

src_install() { dobin hello plain; }
