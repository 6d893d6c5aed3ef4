EAPI=8

DESCRIPTION="Asks the C library for what it takes from files: locale, conversion, user, library by name"
HOMEPAGE="https://example.org/"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
S=${WORKDIR}

src_compile() {
	cat > probe.c <<-'END' || die
		#define _GNU_SOURCE
		#include <dlfcn.h>
		#include <iconv.h>
		#include <langinfo.h>
		#include <locale.h>
		#include <pwd.h>
		#include <stdio.h>
		#include <string.h>
		#include <wchar.h>
		static const char *convert(const char *from, const char *text) {
			static char to[64];
			char *in = (char *) text, *out = to;
			size_t left = strlen(text), room = sizeof to - 1;
			iconv_t conversion = iconv_open("UTF-8", from);
			memset(to, 0, sizeof to);
			if (conversion == (iconv_t) -1) return "none";
			iconv(conversion, &in, &left, &out, &room);
			return to;
		}
		int main(int argc, char **argv) {
			for (int at = 1; at < argc; at++)
				printf("%s: %s\n", argv[at], setlocale(LC_ALL, argv[at]) ? nl_langinfo(CODESET) : "none");
			setlocale(LC_ALL, "de_DE.UTF-8");
			printf("%s %s\n", nl_langinfo(MON_3), localeconv()->decimal_point);
			printf("%s", convert("ISO-8859-15", "\xa4"));
			printf(" %s", convert("EUC-JP", "\xc6\xfc"));
			printf(" %s\n", convert("CP850", "\x81"));
			printf("%s\n", getpwuid(4242) ? "known" : "nobody");
			printf("%s\n", dlopen("libnss_foreign.so.2", RTLD_NOW) ? "foreign" : "not found");
			return 0;
		}
	END
	"${CHOST}-gcc" -O2 probe.c -o probe || die
}

src_install() { dobin probe; }
