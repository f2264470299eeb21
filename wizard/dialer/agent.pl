# The wizard's hands on a dialer: it lives in the memory of one perl process for as long as the connection, and nothing of
# it is written to disk. Perl with DBI is what every VICIdial host has, since VICIdial's own scripts are written in it.
#
# A request is a line "request COUNT MODE", then COUNT lines "NAME value value ...", values in hexadecimal ("-" is no value).
# The answer is one line per operation, "ok value ..." or "error why number" (MySQL's, where it has one), and a line "end".
# In mode "stop" what follows an error is not run, and says "skipped". So a password never needs quoting, and never stands in
# an argument.
use strict;
use warnings;
use Errno qw(EADDRNOTAVAIL ECONNREFUSED EHOSTUNREACH ENETUNREACH);
use IPC::Open3;
use IO::Handle;
use IO::Select;
use Symbol 'gensym';
use Time::HiRes ();

$ENV{PATH} = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
$ENV{LC_ALL} = 'C';
delete $ENV{$_} for qw(BASH_ENV ENV CDPATH IFS);
binmode STDIN;
binmode STDOUT;
$| = 1;
$SIG{PIPE} = 'IGNORE';
# The stream is the protocol's alone; what an operation complains of comes back as its error.
open STDERR, '>', '/dev/null';

# A connection that silently died must not leave us sitting on the database's lock: who hears nothing for this long ends,
# and so does who is stuck in one operation for this long.
my $patience = 120;
my $dbh;
# programs that did not answer in time, of the request at hand
my %hung;
# packets to and from some hosts, as long as somebody listens
my ($capture, %hosts);

my %operations = (
    # -> seconds since 1970, user id, address of the SSH client
    clock => sub { return (Time::HiRes::time(), $<, (split / /, $ENV{SSH_CLIENT} || '')[0]) },

    # host, port, database, user, password -> the server's version
    database => sub {
        my ($host, $port, $name, $user, $password) = @_;
        require DBI;
        $dbh->disconnect if $dbh;
        $dbh = DBI->connect("DBI:mysql:database=$name;host=$host;port=$port;mysql_connect_timeout=10", $user, $password,
            { RaiseError => 1, PrintError => 0, ShowErrorStatement => 0, AutoCommit => 1, AutoInactiveDestroy => 1, mysql_auto_reconnect => 0 });
        $dbh->do('SET NAMES utf8');
        # MySQL would otherwise cut what does not fit, and store '' for a word that an ENUM does not know.
        $dbh->do("SET SESSION sql_mode=CONCAT(\@\@sql_mode, ',STRICT_ALL_TABLES')");
        # A statement that waits for somebody's lock, a backup's say, is refused in time to be heard of, not carried out later.
        eval { $dbh->do('SET SESSION lock_wait_timeout=20') };
        return ($dbh->selectrow_array('SELECT VERSION()'))[0];
    },

    # statement, values for its question marks -> rows touched, columns, names, then the rows, cell by cell
    sql => sub {
        my ($statement, @values) = @_;
        die "no database\n" unless $dbh;
        my $handle = $dbh->prepare($statement);
        my $touched = $handle->execute(@values);
        my $columns = $handle->{NUM_OF_FIELDS} || 0;
        return ($touched + 0, 0) unless $columns;
        my @names = @{ $handle->{NAME} };    # gone once the last row is fetched
        my @cells;
        while (my $row = $handle->fetchrow_arrayref) { push @cells, @$row }
        return ($touched + 0, $columns, @names, @cells);
    },

    # seconds, program, arguments -> exit status, what it printed, what it complained of
    run => sub { my ($seconds, @command) = @_; return run_program($seconds, @command) },

    # path, most bytes -> the file's bytes
    read => sub {
        my ($path, $most) = @_;
        open my $file, '<', $path or die "$path: $!\n";
        binmode $file;
        my $bytes = '';
        defined read($file, $bytes, $most) or die "$path: $!\n";
        return $bytes;
    },

    # name, text of a call file -> where it was put; Asterisk places the call and removes the file
    call => sub {
        my ($name, $text) = @_;
        my $spool = spool();
        mkdir "$spool/tmp", 0755;
        my $path = "$spool/tmp/$name";
        open my $file, '>', $path or die "$path: $!\n";
        print $file $text and close $file or die "$path: $!\n";
        my ($user, $group) = (stat "$spool/outgoing")[4, 5];
        die "$spool/outgoing: $!\n" unless defined $user;
        chown $user, $group, $path;
        rename $path, "$spool/outgoing/$name" or die "$spool/outgoing: $!\n";
        return "$spool/outgoing/$name";
    },

    # name of a call file -> whether it was still there
    uncall => sub { my $spool = spool(); return unlink("$spool/outgoing/$_[0]", "$spool/tmp/$_[0]") },

    # IPv4 addresses: what comes from or goes to them from now on is kept by the kernel until it is heard
    listen => sub {
        %hosts = map { pack('C4', split /\./) => 1 } @_;
        my $fresh = !$capture;
        # all packets, from the IP header on: ETH_P_ALL alone shows those that go out
        socket($capture, 17, 2, unpack('S', pack('n', 3))) or die "$!\n" if $fresh;
        filter_packets(keys %hosts);
        return unless $fresh;
        setsockopt $capture, 1, 33, pack('i', 16 << 20);    # SO_RCVBUFFORCE
        my $stamp = pack 'l!l!', 0, 0;
        ioctl $capture, 0x8906, $stamp;    # from here on the kernel notes when each packet came
        return;
    },

    # seconds, most packets -> lines "interface source port target port count" of audio, then time and bytes of each packet
    hear => sub { my ($seconds, $most) = @_; die "nobody listens\n" unless $capture; return hear($seconds, $most) },

    # path, text -> whether a line of the file begins with that text
    find => sub {
        my ($path, $wanted) = @_;
        open my $file, '<', $path or return 0;
        while (defined(my $line = <$file>)) { return 1 if index($line, $wanted) == 0 }
        return 0;
    },

    # seconds, udp tcp or tls, address, port, our address or nothing, name for TLS -> our address and port
    wire => sub { return open_wire(@_) },

    # seconds, how an answer begins that is not the last, what to send -> seconds and message for each that came back
    say => sub { return say_on_wire(@_) },
);

sub spool {
    if (open my $file, '<', '/etc/asterisk/asterisk.conf') {
        while (defined(my $line = <$file>)) { return $1 if $line =~ /^\s*astspooldir\s*=>?\s*([^;\s]+)/ }
    }
    return '/var/spool/asterisk';
}

# The kernel gives us the packets of these hosts alone: on a busy dialer the others are many.
sub filter_packets {
    my @packed = @_;
    my $count = @packed;
    die "too many hosts\n" if $count > 100;
    my ($no, $yes) = (4 + 2 * $count, 5 + 2 * $count);
    my @program = ([0x20, 0, 0, 0xfffff000], [0x15, 0, $no - 2, 0x0800]);    # is it IPv4?
    for my $offset (12, 16) {                                                # source, target
        push @program, [0x20, 0, 0, $offset];
        push @program, [0x15, $yes - @program - 1, 0, unpack('N', $_)] for @packed;
    }
    push @program, [0x06, 0, 0, 0], [0x06, 0, 0, 0x40000];
    my $code = join '', map { pack 'SCCL', @$_ } @program;
    setsockopt $capture, 1, 26, pack('S x![P] P', scalar @program, $code) or die "$!\n";    # SO_ATTACH_FILTER
}

sub hear {
    my ($seconds, $most) = @_;
    my $deadline = Time::HiRes::time() + $seconds;
    my $ready = IO::Select->new($capture);
    my (%audio, @packets);
    while (@packets < 2 * $most) {
        my $left = $deadline - Time::HiRes::time();
        last unless $ready->can_read($left > 0 ? $left : 0);
        my $from = recv $capture, my $data, 65535, 0x40;    # MSG_DONTWAIT
        next unless defined $from;
        my ($interface, $hardware, $kind) = (unpack 'SnlSCC', $from)[2, 3, 4];
        # on the loopback interface each packet is seen going out, and coming in
        next if $hardware == 772 && $kind == 4;
        next if length $data < 28 || !($hosts{ substr $data, 12, 4 } || $hosts{ substr $data, 16, 4 });
        my $begin = (ord($data) & 15) * 4;
        my ($protocol, $fragment) = (ord(substr $data, 9, 1), unpack('n', substr $data, 6, 2) & 0x3fff);
        if ($protocol == 17 && !$fragment) {
            my $payload = substr $data, $begin + 8;
            my ($first, $second) = map { ord } substr($payload, 0, 1), substr($payload, 1, 1);
            if (length $payload >= 12 && $first >> 6 == 2 && ($second < 200 || $second > 207)) {
                my ($source, $target) = map { join '.', unpack 'C4', substr $data, $_, 4 } 12, 16;
                $audio{ join ' ', $interface, $source, unpack('n', substr $data, $begin, 2), $target, unpack('n', substr $data, $begin + 2, 2) }++;
            }
            next unless $payload =~ /^\s*[A-Z]/;
        }
        elsif ($protocol == 6) {
            my $at = $begin + (ord(substr $data, $begin + 12, 1) >> 4) * 4;
            next if $at >= unpack('n', substr $data, 2, 2) && !(ord(substr $data, $begin + 13, 1) & 2);
        }
        elsif (!$fragment) { next }
        my $stamp = pack 'l!l!', 0, 0;
        my @time = ioctl($capture, 0x8906, $stamp) ? unpack('l!l!', $stamp) : ();
        push @packets, @time ? sprintf('%d.%06d', @time) : Time::HiRes::time(), $data;
    }
    return (join("\n", map { "$_ $audio{$_}" } keys %audio), @packets);
}

sub run_program {
    my ($seconds, @command) = @_;
    die "timeout\n" if $hung{ $command[0] };
    my $errors = gensym;
    my $pid = open3(my $input, my $output, $errors, @command);
    close $input;
    my %text = (fileno($output) => '', fileno($errors) => '');
    my $open = IO::Select->new($output, $errors);
    my $deadline = Time::HiRes::time() + $seconds;
    while ($open->count) {
        my $left = $deadline - Time::HiRes::time();
        my @ready = $left > 0 ? $open->can_read($left) : ();
        if (!@ready) {
            kill 'KILL', $pid;
            waitpid $pid, 0;
            $hung{ $command[0] } = 1;
            die "timeout\n";
        }
        for my $handle (@ready) {
            my $got = sysread $handle, my $chunk, 65536;
            if ($got) { $text{ fileno $handle } .= $chunk }
            else      { $open->remove($handle) }
        }
    }
    waitpid $pid, 0;
    my $status = $? & 127 ? 128 + ($? & 127) : $? >> 8;
    return ($status, $text{ fileno $output }, $text{ fileno $errors });
}

# A socket to a carrier, and what it takes to speak through it: reads, writes, pending bytes.
my $wire;

sub trouble {
    my ($number) = @_;
    return $number == ECONNREFUSED ? "refused\n" : $number == EHOSTUNREACH || $number == ENETUNREACH ? "no_route\n" : "no_answer\n";
}

sub open_wire {
    my ($seconds, $transport, $address, $port, $own, $name) = @_;
    require IO::Socket::INET;
    close_wire();
    my @where = (Proto => $transport eq 'udp' ? 'udp' : 'tcp', PeerAddr => $address, PeerPort => $port);
    push @where, Timeout => $seconds if $transport ne 'udp';
    my $socket = IO::Socket::INET->new(@where, length $own ? (LocalAddr => $own) : ());
    $socket = IO::Socket::INET->new(@where) if !$socket && $! == EADDRNOTAVAIL;
    die trouble($! + 0) unless $socket;
    my @ours = ($socket->sockhost, $socket->sockport);
    $wire = { transport => $transport, reads => $socket, writes => $socket, buffer => '' };
    if ($transport eq 'tls') { encrypt_wire($socket, $seconds, $address, $port, $name, \@ours) }
    return @ours;
}

# The certificate is looked at by nobody here: whether Asterisk would trust it is another question.
sub encrypt_wire {
    my ($socket, $seconds, $address, $port, $name, $ours) = @_;
    if (eval { require IO::Socket::SSL; 1 }) {
        IO::Socket::SSL->start_SSL($socket, SSL_verify_mode => 0, SSL_hostname => $name, Timeout => $seconds) or die "tls\n";
        return;
    }
    my ($openssl) = grep { -x } map { "$_/openssl" } split /:/, $ENV{PATH};
    die "unsupported\n" unless $openssl;
    close $socket;
    $ours->[1] = 0;    # it takes a port of its own
    my @command = ($openssl, qw(s_client -quiet -connect), "$address:$port", length $name ? ('-servername', $name) : ());
    my $errors = gensym;    # it says little there, and nobody reads it
    my $pid = open3(my $writes, my $reads, $errors, @command);
    binmode $writes;
    $writes->autoflush(1);
    @$wire{qw(reads writes errors pid)} = ($reads, $writes, $errors, $pid);
}

sub close_wire {
    my $old = $wire or return;
    undef $wire;
    close $old->{writes};
    close $old->{reads} if $old->{reads} != $old->{writes};
    if ($old->{pid}) { kill 'KILL', $old->{pid}; waitpid $old->{pid}, 0 }
}

sub say_on_wire {
    my ($seconds, $not_last, $sent) = @_;
    die "no socket\n" unless $wire;
    my $is_udp = $wire->{transport} eq 'udp';
    my $begun = Time::HiRes::time();
    # Over UDP it is said again until something comes back (RFC 3261's timer E).
    my ($again, $pause, @came) = ($begun, 0.5);
    while ((my $left = $begun + $seconds - Time::HiRes::time()) > 0) {
        if (!@came && Time::HiRes::time() >= $again) {
            my $done = syswrite $wire->{writes}, $sent;
            die @came ? "no_answer\n" : trouble($! + 0) unless $done;
            $again += $is_udp ? $pause : $seconds + 1;
            $pause *= 2;
        }
        my $wait = !@came && $again - Time::HiRes::time() < $left ? $again - Time::HiRes::time() : $left;
        my $message = next_message($wait > 0 ? $wait : 0);
        next unless defined $message;
        push @came, Time::HiRes::time() - $begun, $message;
        last unless length $not_last && index($message, $not_last) == 0;
    }
    die "no_answer\n" unless @came;
    return @came;
}

# One datagram, or one whole SIP message of a stream; nothing where none came in that time.
sub next_message {
    my ($seconds) = @_;
    my $is_udp = $wire->{transport} eq 'udp';
    my $deadline = Time::HiRes::time() + $seconds;
    while (1) {
        if (!$is_udp) {
            $wire->{buffer} =~ s/^(?:\r\n)+//;    # keep-alives
            if ($wire->{buffer} =~ /\A(.*?\r\n\r\n)/s) {
                my $head = $1;
                my $length = length($head) + ($head =~ /^(?:Content-Length|l)\s*:\s*(\d+)/im ? $1 : 0);
                return substr $wire->{buffer}, 0, $length, '' if length $wire->{buffer} >= $length;
            }
            die "no_answer\n" if length $wire->{buffer} > 100_000;
        }
        my $left = $deadline - Time::HiRes::time();
        my $pending = $wire->{reads}->can('pending') && $wire->{reads}->pending;
        return undef if !$pending && ($left < 0 || !IO::Select->new($wire->{reads})->can_read($left));
        my $got = sysread $wire->{reads}, my $chunk, 65535;
        return $chunk if $is_udp && defined $got;
        die trouble($! + 0) if !defined $got && ($is_udp || !$!{EAGAIN});
        if (defined $got && !$got) {
            # openssl says with its end whether there was a handshake at all.
            my $pid = delete $wire->{pid};
            if ($pid) { waitpid $pid, 0; die $? ? "tls\n" : "no_answer\n" }
            die "no_answer\n";
        }
        $wire->{buffer} .= $chunk if defined $got;
    }
}

sub answer { return join(' ', shift, map { defined $_ ? 'x' . unpack('H*', $_) : '-' } @_) . "\n" }

alarm $patience;
while (defined(my $head = <STDIN>)) {
    my ($count, $mode) = $head =~ /^request (\d+) (all|stop)$/ or die "not a request\n";
    my @requests = map { my $line = <STDIN>; exit 0 unless defined $line; chomp $line; $line } 1 .. $count;
    my $failed = 0;
    %hung = ();
    for my $request (@requests) {
        if ($failed) { print "skipped\n"; next }
        alarm $patience;
        my ($name, @values) = map { $_ eq '-' ? undef : /^x(.*)/ ? pack('H*', $1) : $_ } split / /, $request;
        my @result = eval { ($operations{$name} || die "no such operation\n")->(@values) };
        if ($@) {
            $failed = $mode eq 'stop';
            no warnings 'once';
            my ($why, $number) = ($@, $name eq 'sql' || $name eq 'database' ? $DBI::err : undef);
            print answer('error', $why, $number);
        }
        else { print answer('ok', @result) }
    }
    print "end\n";
    alarm $patience;
}
