# The wizard's hands on a dialer: it lives in the memory of one perl process for as long as the connection, and nothing of
# it is written to disk. Perl with DBI is what every VICIdial host has, since VICIdial's own scripts are written in it.
#
# A request is a line "request COUNT MODE", then COUNT lines "NAME value value ...", values in hexadecimal ("-" is no value).
# The answer is one line per operation, "ok value ..." or "error why number" (MySQL's, where it has one), and a line "end".
# In mode "stop" what follows an error is not run, and says "skipped". So a password never needs quoting, and never stands in
# an argument.
use strict;
use warnings;
use IPC::Open3;
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

    # path, text -> whether a line of the file begins with that text
    find => sub {
        my ($path, $wanted) = @_;
        open my $file, '<', $path or return 0;
        while (defined(my $line = <$file>)) { return 1 if index($line, $wanted) == 0 }
        return 0;
    },
);

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
