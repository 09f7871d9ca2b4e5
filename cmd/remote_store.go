package cmd

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/transform/plugins"
)

// behindPlugin stands before the name of a plugin where a store would be.
const behindPlugin = "plugin:"

// remoteFlags say how to reach a store behind a plugin, as a BackupStorageLocation does.
type remoteFlags struct {
	flag        string // that names the store, and begins with plugin: for one behind a plugin
	words       string // what the other flags begin with
	bucket      string
	config      settings
	environment []string

	of     string // plugin:NAME
	store  *plugins.Store
	folder string // with what was fetched
	files  *store.FileSystem
	most   int64 // bytes of a backup that is fetched
}

func (f *remoteFlags) bind(flags *pflag.FlagSet, flag, words string) {
	f.flag, f.words, f.config.of = flag, words, f
	flags.StringVar(&f.bucket, words+"-bucket", "", "bucket of a store plugin:NAME")
	flags.Var(&f.config, words+"-config", "`KEY=VALUE` of the config of a store plugin:NAME, as in the BackupStorageLocation, credentialsFile=PATH too; repeatable")
	flags.StringArrayVar(&f.environment, words+"-env", nil, "`NAME` of a variable that the plugin of a store plugin:NAME finds in its environment; repeatable")
}

// settings are the pairs of --store-config. A value may have commas.
type settings struct {
	of     *remoteFlags
	values map[string]string
}

func (s *settings) String() string {
	var all []string
	for _, key := range slices.Sorted(maps.Keys(s.values)) {
		all = append(all, key+"="+s.values[key])
	}
	return strings.Join(all, ",")
}

// Set adds a pair.
func (s *settings) Set(text string) error {
	key, value, found := strings.Cut(text, "=")
	if !found || key == "" {
		return errors.New("want KEY=VALUE")
	}
	if _, twice := s.values[key]; twice {
		return fmt.Errorf("%s is given twice", key)
	}
	if s.values == nil {
		s.values = map[string]string{}
	}
	s.values[key] = value
	return nil
}

// Type implements pflag.Value.
func (s *settings) Type() string { return "key=value" }

// reachStores lets every command that takes a store open one behind a plugin before it runs, and close it afterwards.
func reachStores(c *cobra.Command, streams Streams) {
	for _, sub := range c.Commands() {
		reachStores(sub, streams)
	}
	remotes := remotesOf(c)
	if len(remotes) == 0 {
		return
	}
	only := c.Flags().Lookup("plugin") == nil
	if only {
		c.Flags().StringArray("plugin", nil, "`PATH` of the plugin of a store plugin:NAME: a binary, a folder of them or an image; repeatable")
		c.Flags().Duration("plugin-timeout", plugins.DefaultTimeout, "how long a plugin may take for an answer")
	}
	run := c.RunE
	c.RunE = func(c *cobra.Command, args []string) (err error) {
		for _, r := range remotes {
			end, err := r.open(c, streams)
			if err != nil {
				return err
			}
			defer end()
		}
		opened := func(r *remoteFlags) bool { return r.store != nil }
		if only && isSet(c.Flags(), "plugin") && !slices.ContainsFunc(remotes, opened) {
			return wrongUsage("--plugin acts only with a store plugin:NAME: leave it out")
		}
		err = run(c, args)
		for _, r := range remotes {
			err = r.told(err)
		}
		return err
	}
}

// remotesOf are the stores that a command takes.
func remotesOf(c *cobra.Command) (all []*remoteFlags) {
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if s, ok := f.Value.(*settings); ok {
			all = append(all, s.of)
		}
	})
	return all
}

// open opens the store if it is one behind a plugin. Only the command line says so: no file and no variable makes veltx run a plugin.
func (f *remoteFlags) open(c *cobra.Command, streams Streams) (end func(), err error) {
	named := c.Flags().Lookup(f.flag)
	name, is := strings.CutPrefix(named.Value.String(), behindPlugin)
	given := f.bucket != "" || len(f.config.values) > 0 || len(f.environment) > 0
	paths, err := c.Flags().GetStringArray("plugin")
	if err != nil {
		return nil, err
	}
	timeout, err := c.Flags().GetDuration("plugin-timeout")
	if err != nil {
		return nil, err
	}
	switch {
	case !is && given:
		return nil, wrongUsage("--%s-bucket, --%[1]s-config and --%[1]s-env are for --%s plugin:NAME: leave them out", f.words, f.flag)
	case !is, f.flag == "output" && !isSet(c.Flags(), "to-store"): // which is refused later on
		return func() {}, nil
	case timeout <= 0:
		return nil, wrongUsage("--plugin-timeout: %v is no time to wait", timeout)
	case len(paths) == 0:
		return nil, wrongUsage("--%s %s%s: give the plugin's binary as well, with --plugin PATH", f.flag, behindPlugin, name)
	case f.bucket == "":
		return nil, wrongUsage("--%s %s%s: give the bucket as well, with --%s-bucket", f.flag, behindPlugin, name, f.words)
	}
	environment, err := f.variables()
	if err != nil {
		return nil, err
	}
	return f.start(c, streams, name, paths, plugins.Options{Timeout: timeout, Environment: environment})
}

// variables are those that the user names, with their values.
func (f *remoteFlags) variables() ([]string, error) {
	list := needed()
	for _, name := range f.environment {
		value, found := os.LookupEnv(name)
		if !found {
			return nil, wrongUsage("--%s-env %s: there is no such variable", f.words, name)
		}
		list = append(list, name+"="+value)
	}
	return list, nil
}

// start starts the plugin and makes a folder for what is fetched.
func (f *remoteFlags) start(c *cobra.Command, streams Streams, name string, paths []string, o plugins.Options) (end func(), err error) {
	o.TempDir, _ = flagText(c, "temp-dir")
	o.VeleroNamespace = veleroNamespace
	if f.folder, err = os.MkdirTemp(o.TempDir, "veltx-store-"); err != nil {
		return nil, err
	}
	environment := o.Environment
	o.Environment = needed() // the variables are for the process of the store alone
	host, err := plugins.Start(c.Context(), paths, o)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("--plugin: %w", err), os.Remove(f.folder))
	}
	end = func() {
		if f.files != nil {
			_ = f.files.Close()
		}
		_, _ = host.Close(), os.RemoveAll(f.folder) // the result is told already
	}
	if err := f.reach(host, name, environment, c, streams); err != nil {
		end()
		return nil, err
	}
	return end, nil
}

// reach says that the network is used, and begins to.
func (f *remoteFlags) reach(host *plugins.Host, name string, environment []string, c *cobra.Command, streams Streams) (err error) {
	if f.store, err = host.ObjectStore(name, environment); err != nil {
		return fmt.Errorf("--%s: %w", f.flag, err)
	}
	if f.files, err = store.OpenFileSystem(f.folder); err != nil {
		return err
	}
	f.of, f.most = behindPlugin+f.store.Name(), tarball.DefaultTotalBytes
	if flag := c.Flags().Lookup("max-total-size"); flag != nil {
		f.most = flag.Value.(*byteSize).bytes
	}
	path, digest, module := f.store.About()
	if module != "" {
		module = ", " + module
	}
	streams.say(fmt.Sprintf("veltx: bucket %s of %s: plugin %s (sha256 %s%s) uses the network", f.bucket, f.of, path, digest[:12], module))
	if lacks := host.Holds().Lacks(); lacks != "" {
		streams.say("veltx: the plugins run with your rights and are not isolated: a plugin " + lacks)
	}
	config, err := f.settled(c)
	if err != nil {
		return err
	}
	return f.store.Init(config)
}

// settled is the config as Velero's server makes it of a BackupStorageLocation: with the bucket and the prefix. A path of credentials
// means what it means to the user.
// Source: v1.18.3 pkg/persistence/object_store.go:140-176.
func (f *remoteFlags) settled(c *cobra.Command) (map[string]string, error) {
	config := maps.Clone(f.config.values)
	if config == nil {
		config = map[string]string{}
	}
	config["bucket"] = f.bucket
	config["prefix"], _ = flagText(c, map[string]string{"store": "prefix", "output": "to-prefix"}[f.flag])
	const credentials = "credentialsFile"
	if config[credentials] == "" {
		return config, nil
	}
	var err error
	if config[credentials], err = filepath.Abs(config[credentials]); err == nil {
		_, err = os.Stat(config[credentials])
	}
	if err != nil {
		return nil, fmt.Errorf("--%s-config %s: %w", f.words, credentials, err)
	}
	return config, nil
}

// fetch copies the files of a backup into the folder, where they stand as in the store. An error of a backup that is not there is none.
func (f *remoteFlags) fetch(prefix, name string) (path string, done func() error, err error) {
	path = filepath.Join(f.folder, filepath.FromSlash(layout.BackupPrefix(prefix, name)))
	done = func() error { return os.RemoveAll(path) }
	if onDisk(path) {
		return path, done, nil
	}
	if err := store.Fetch(f.store, f.bucket, layout.BackupPrefix(prefix, name), f.files, f.most); err != nil {
		return "", nil, errors.Join(fmt.Errorf("backup %s: %w", name, err), done())
	}
	return path, done, nil
}

// called is how a user knows what is fetched to a path.
func (f *remoteFlags) called(path string) string {
	inside, err := filepath.Rel(f.folder, path)
	if f.store == nil || err != nil || !filepath.IsLocal(inside) {
		return path
	}
	return f.of + ":" + f.bucket + "/" + filepath.ToSlash(inside)
}

// told is an error in which what was fetched has the name by which the user knows it.
func (f *remoteFlags) told(err error) error {
	if err == nil || f.store == nil || !strings.Contains(err.Error(), f.folder) {
		return err
	}
	return &renamed{err, f.folder + string(filepath.Separator), f.of + ":" + f.bucket + "/"}
}

// renamed is an error with another name for a folder.
type renamed struct {
	error
	from, to string
}

func (r *renamed) Error() string { return strings.ReplaceAll(r.error.Error(), r.from, r.to) }
func (r *renamed) Unwrap() error { return r.error }

// same says whether both are of one place, as far as can be told.
func (f *remoteFlags) same(other *remoteFlags) bool {
	return f.store != nil && other.store != nil && f.of == other.of && f.bucket == other.bucket && maps.Equal(f.config.values, other.config.values)
}

// location is a store as commands use it: a folder, which is the default, or a bucket behind a plugin.
type location struct {
	store.ObjectStore
	bucket, prefix string
	files          *store.FileSystem // nil behind a plugin
	remote         *remoteFlags
}

// folder is where the files of a backup can be read until the function is called.
func (l *location) folder(name string) (path string, done func() error, err error) {
	if l.files == nil {
		return l.remote.fetch(l.prefix, name)
	}
	path, err = l.files.Path(l.bucket, layout.BackupKey(l.prefix, name, layout.BackupObject))
	return filepath.Dir(path), func() error { return nil }, err
}

// claim keeps others from writing a backup. A store behind a plugin knows nothing of the kind, as Velero asks for none.
func (l *location) claim(name string) (release func(), err error) {
	if l.files == nil {
		return func() {}, nil
	}
	return l.files.Claim(l.bucket, layout.BackupKey(l.prefix, name, layout.BackupObject))
}

// close closes a folder. What is behind a plugin stays open for the run.
func (l *location) close() error {
	if l.files == nil {
		return nil
	}
	return l.files.Close()
}
