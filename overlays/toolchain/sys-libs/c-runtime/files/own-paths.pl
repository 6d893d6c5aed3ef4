#!/usr/bin/perl
# Copyright 2026 Prefix Studio contributors
# Distributed under the terms of the Apache License, Version 2.0
#
# own-paths.pl EPREFIX LOADER LIBC
#
# A glibc has the paths of its configuration compiled in. In these copies of loader and C library they lead into the prefix,
# or nowhere. Says a line for each: `moved`, `closed`, or `left` with the reason.
#
# moved   A path of the prefix is longer than the old one. It is written into the unused end of a segment's last page, which is
#         mapped with the segment, and the instructions that load the address of the old path load that of the new one.
# closed  The path cannot be opened any more; its length stays, because code has it as a number.

use strict;
use warnings;

my ($eprefix, $loader, $libc) = @ARGV;
die "usage: own-paths.pl EPREFIX LOADER LIBC\n" unless defined $libc;

# path as a regular expression, path in the prefix (`undef`: closed), what it is
my @loader_rules = (
    [qr{/[\w./-]*/ld\.so\.cache}, undef, 'library cache'],
    [qr{/[\w./-]*/ld\.so\.preload}, undef, 'list of libraries to preload'],
);
my @libc_rules = (
    [qr{/[\w./-]+/locale/locale-archive}, '/usr/lib/locale/locale-archive', 'locale archive'],
    [qr{/[\w./-]+/gconv/gconv-modules\.cache}, '/usr/lib64/gconv/gconv-modules.cache', 'table of conversions'],
    [qr{/etc/nsswitch\.conf}, '/etc/nsswitch.conf', 'name service configuration'],
    [qr{/[\w./-]+/share/locale}, '/usr/share/locale', 'translations'],
    [qr{/[\w./-]+/lib\w*/locale}, undef, 'folder of locales'],
    [qr{/[\w./-]+/gconv}, undef, 'folder of conversions'],
);

change($loader, \@loader_rules, \&close_directories);
change($libc, \@libc_rules, \&close_socket);

sub change {
    my ($file, $rules, $more) = @_;
    open my $in, '<:raw', $file or die "$file: $!\n";
    my $elf = do { local $/; <$in> };
    close $in;
    die "$file: no 64-bit ELF file\n" unless substr($elf, 0, 6) eq "\x7fELF\x02\x01";
    my ($name) = $file =~ m{([^/]+)$};
    for my $rule (@$rules) {
        my ($pattern, $target, $what) = @$rule;
        my @found;
        push @found, [$-[1], $1] while $elf =~ /(?<=\0)($pattern)\0/g;
        print "left $name: no path of the $what was found\n" unless @found;
        for (@found) {
            my ($at, $old) = @$_;
            if (defined $target) {
                move(\$elf, $name, $at, $old, "$eprefix$target");
            } else {
                close_path(\$elf, $at, length $old);
                print "closed $name: $old\n";
            }
        }
    }
    $more->(\$elf, $name);
    open my $out, '+<:raw', $file or die "$file: $!\n";
    print {$out} $elf;
    close $out or die "$file: $!\n";
}

# Nothing lies below a device, whatever the length; `open` says ENOTDIR.
sub close_path {
    my ($elf, $at, $length) = @_;
    my $nowhere = '/dev/null/';
    $nowhere .= '/' x ($length - length $nowhere) if $length > length $nowhere;
    substr($$elf, $at, $length) = substr($nowhere, 0, $length);
}

# The loader's own directories, one behind the other, each with a number that says how long it is; each must begin with a slash.
# Nobody can put a file into /sys.
sub close_directories {
    my ($elf, $name) = @_;
    my @lists;
    push @lists, [$-[0], $&] while $$elf =~ m{(?:/(?:usr/)?lib[\w-]*/(?:[\w-]+/)?\0){2,}}g;
    print "left $name: no list of library directories was found\n" unless @lists;
    for (@lists) {
        my ($at, $list) = @$_;
        while ($list =~ m{[^\0]+}g) {
            substr($$elf, $at + $-[0], length $&) = '/sys' . '/' x (length($&) - 4);
        }
        (my $said = $list) =~ tr/\0/ /;
        print "closed $name: $said\n";
    }
}

# The socket of the host's cache of names is not a string: code puts it together from its first sixteen bytes and the rest.
sub close_socket {
    my ($elf, $name) = @_;
    my $count = $$elf =~ s{/var(?=/run/nscd/so)}{/sys}g;
    print $count ? "closed $name: /var/run/nscd/socket\n" : "left $name: no path of the cache of names was found\n";
}

sub move {
    my ($elf, $name, $at, $old, $new) = @_;
    my @segments = segments($elf);
    my ($home) = grep { $at >= $_->{offset} && $at < $_->{offset} + $_->{size} } @segments;
    return print "left $name: $old is in no segment\n" unless $home;
    my $address = $home->{address} + $at - $home->{offset};
    my @references = references($elf, \@segments, $address);
    return print "left $name: $old is loaded in a way that is not known\n" unless @references;
    my $room = take_room($elf, \@segments, length($new) + 1);
    return print "left $name: no room for $new\n" unless $room;
    substr($$elf, $room->{offset}, length $new) = $new;
    point($elf, $_, $room->{address}) for @references;
    print "moved $name: $old to $new (", scalar @references, ")\n";
}

# Loaded segments in their order: where their header is, flags, offset, address, size in the file.
sub segments {
    my ($elf) = @_;
    my ($start, $size, $count) = (unpack('Q<', substr $$elf, 32, 8), unpack('S<S<', substr $$elf, 54, 4));
    my @found;
    for my $index (0 .. $count - 1) {
        my $header = $start + $index * $size;
        my ($kind, $flags, $offset, $address, undef, $bytes, $memory) = unpack 'L<L<Q<Q<Q<Q<Q<', substr $$elf, $header, 48;
        next unless $kind == 1;
        push @found, { header => $header, flags => $flags, offset => $offset, address => $address, size => $bytes, memory => $memory };
    }
    return sort { $a->{offset} <=> $b->{offset} } @found;
}

# Room at the end of a segment that is not written to, up to its page's end and the next segment's beginning. The segment grows.
sub take_room {
    my ($elf, $segments, $wanted) = @_;
    for my $index (0 .. $#$segments) {
        my $segment = $segments->[$index];
        next if $segment->{flags} & 2 || $segment->{size} != $segment->{memory};
        my $begin = $segment->{offset} + $segment->{size};
        my $end = ($begin + 4095) & ~4095;
        my $next = $segments->[$index + 1];
        $end = $next->{offset} if $next && $next->{offset} < $end;
        next if $end - $begin < $wanted || substr($$elf, $begin, $wanted) =~ /[^\0]/;
        my $grown = $segment->{size} + $wanted;
        substr($$elf, $segment->{header} + 32, 16) = pack 'Q<Q<', $grown, $grown;
        return { offset => $begin, address => $segment->{address} + $segment->{size} };
    }
    return undef;
}

# Instructions that load the address: places in the file, with the address of the instruction behind or of the page.
sub references {
    my ($elf, $segments, $address) = @_;
    my $machine = unpack 'S<', substr $$elf, 18, 2;
    my @found;
    for my $segment (grep { $_->{flags} & 1 } @$segments) {
        my $code = substr $$elf, $segment->{offset}, $segment->{size};
        push @found, $machine == 62 ? lea($code, $segment, $address) : adrp($code, $segment, $address);
    }
    return @found;
}

# x86-64: lea displacement(%rip), register
sub lea {
    my ($code, $segment, $address) = @_;
    my @found;
    while ($code =~ /[\x48\x4c]\x8d[\x05\x0d\x15\x1d\x25\x2d\x35\x3d](?=(....))/sg) {
        my $behind = $segment->{address} + $-[1] + 4;
        next unless $behind + unpack('l<', $1) == $address;
        push @found, { kind => 'lea', at => $segment->{offset} + $-[1], behind => $behind };
    }
    return @found;
}

# arm64: adrp register, page; then one or more of add other, register, rest, up to the end of the function. A register that is used
# in another way is left alone, and so is the path.
sub adrp {
    my ($code, $segment, $address) = @_;
    my @words = unpack 'L<*', $code;
    my @found;
    for my $index (0 .. $#words - 1) {
        my $word = $words[$index];
        next unless ($word & 0x9f000000) == 0x90000000;
        my $pc = $segment->{address} + 4 * $index;
        my $pages = (($word >> 5 & 0x7ffff) << 2) | ($word >> 29 & 3);
        $pages -= 1 << 21 if $pages >= 1 << 20;
        next unless ($pc & ~4095) + $pages * 4096 == ($address & ~4095);
        my ($adds, $is_clear) = adds_of(\@words, $index, $address & 4095);
        next unless @$adds;
        return () unless $is_clear;
        push @found, {
            kind => 'adrp',
            at => $segment->{offset} + 4 * $index,
            adds => [map { $segment->{offset} + 4 * $_ } @$adds],
            pc => $pc,
        };
    }
    return @found;
}

# Indexes of the instructions that add `rest` to the register of an adrp, and whether nothing else is done with it. None where the text
# is copied in place: that stays the old one.
sub adds_of {
    my ($words, $index, $rest) = @_;
    my $register = $words->[$index] & 31;
    my @adds;
    for my $later ($index + 1 .. $index + 2000) {
        last if $later > $#$words;
        my $word = $words->[$later];
        last if ($word & 0xffc07fff) == 0xa9807bfd; # the next function begins: stp x29, x30, [sp, #-n]!
        next unless grep { $_ == $register } registers($word);
        if (($word & 0xffc00000) == 0x91000000 && ($word >> 5 & 31) == $register) {
            return (\@adds, 0) unless ($word >> 10 & 4095) == $rest;
            return ([], 0) if is_read($words, $later);
            push @adds, $later;
            last if ($word & 31) == $register;
            next;
        }
        next if ($word & 0x7e4003e0) == 0x284003e0; # ldp from the stack, before a return
        last if ($word & 0xffe0ffff) == (0xaa0003e0 | $register); # mov
        last if ($word & 31) == $register && (($word & 0x1f000000) == 0x10000000 || ($word & 0x1f800000) == 0x12800000);
        return (\@adds, 0);
    }
    return (\@adds, 1);
}

# Is the text itself read soon behind the add? Code that copies it knows its length.
sub is_read {
    my ($words, $index) = @_;
    my $register = $words->[$index] & 31;
    for my $word (@$words[$index + 1 .. $index + 16]) {
        return 0 unless defined $word && ($word & 0x7c000000) != 0x14000000;
        return 1 if ($word & 0x0a000000) == 0x08000000 && ($word >> 5 & 31) == $register;
    }
    return 0;
}

# Numbers in an instruction that may be registers. Source: Arm Architecture Reference Manual, encoding index
sub registers {
    my ($word) = @_;
    my ($first, $second, $third, $fourth) = map { $word >> $_ & 31 } 0, 5, 10, 16;
    return () if ($word & 0x7c000000) == 0x14000000 || ($word & 0xff000000) == 0x54000000; # branches
    return () if ($word & 0xfffff01f) == 0xd503201f; # hints
    return ($first) if ($word & 0x7c000000) == 0x34000000; # compare or test, and branch
    return ($first) if ($word & 0x1f800000) == 0x12800000; # move wide immediate
    return ($first, $second) if ($word & 0x1c000000) == 0x10000000; # other immediates
    return ($first, $second) if ($word & 0x3b000000) == 0x39000000; # load and store with an offset
    return ($first, $second, $third) if ($word & 0x3a000000) == 0x28000000; # load and store of two
    return ($first, $second, $third, $fourth);
}

sub point {
    my ($elf, $reference, $address) = @_;
    my $at = $reference->{at};
    if ($reference->{kind} eq 'lea') {
        substr($$elf, $at, 4) = pack 'l<', $address - $reference->{behind};
        return;
    }
    my $pages = ((($address & ~4095) - ($reference->{pc} & ~4095)) >> 12) & 0x1fffff;
    my $adrp = unpack('L<', substr $$elf, $at, 4) & 0x9f00001f;
    substr($$elf, $at, 4) = pack 'L<', $adrp | ($pages & 3) << 29 | ($pages >> 2) << 5;
    for my $place (@{ $reference->{adds} }) {
        my $add = unpack('L<', substr $$elf, $place, 4) & ~(4095 << 10);
        substr($$elf, $place, 4) = pack 'L<', $add | ($address & 4095) << 10;
    }
}
