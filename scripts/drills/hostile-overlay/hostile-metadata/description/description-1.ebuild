# try: description with terminal escapes, bidirectional text and HTML
# outcome: succeeds
EAPI=8
inherit hostile
DESCRIPTION=$'\e]0;owned\a\e[31mred\e[2J \u202egpj.exe \u2066x\u2069 <script>alert(1)</script><img src=x onerror=alert(1)> \r\x9b31m'
HOMEPAGE="javascript:alert(1)"
