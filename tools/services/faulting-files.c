/*
 * A library for LD_PRELOAD that makes the files of one folder fail: at the n-th call of a kind an error, a short write, a
 * kill of the process, or a loss of power, which also takes what was written and not synced.
 *
 * FAULTING_FILES_FOLDER names the folder; FAULTING_FILES_CONTROL a file that is mapped and shared, so that the process
 * itself or another one arms a fault and reads how many calls there were, even of a process that was killed:
 * words of 32 bits, `epoch kind at action seed fired count[KINDS]`. A new epoch starts the counts anew. Opening a file of
 * the name `power-off` in the folder is a loss of power, too.
 *
 * Files of that folder must be used by one thread only.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "faulting-files.h"

struct control {
  uint32_t epoch;
  uint32_t kind;
  uint32_t at;
  uint32_t action;
  uint32_t seed;
  uint32_t fired;
  uint32_t counts[KINDS];
};

struct real_calls real;

static volatile struct control *control;
static const char *folder;
static uint32_t known_epoch;

#define MAX_FILES 65536
/* Whether a descriptor is a file of the folder. */
static unsigned char watched[MAX_FILES];

void give_up(const char *what) {
  fprintf(stderr, "faulting-files: %s (errno %d)\n", what, errno);
  _exit(70);
}

static void *next_symbol(const char *name) {
  void *symbol = dlsym(RTLD_NEXT, name);
  if (symbol == NULL) give_up(name);
  return symbol;
}

/* Called by whatever comes first: the constructors of other libraries run before any of this one's. */
static void start(void) {
  if (real.open != NULL) return;
  real.open = next_symbol("open");
  real.read = next_symbol("read");
  real.pread = next_symbol("pread64");
  real.write = next_symbol("write");
  real.pwrite = next_symbol("pwrite64");
  real.fsync = next_symbol("fsync");
  real.fdatasync = next_symbol("fdatasync");
  real.ftruncate = next_symbol("ftruncate64");
  real.close = next_symbol("close");
  real.link = next_symbol("link");
  real.unlink = next_symbol("unlink");
  real.rename = next_symbol("rename");
  const char *path = getenv("FAULTING_FILES_CONTROL");
  folder = getenv("FAULTING_FILES_FOLDER");
  if (path == NULL || folder == NULL) {
    folder = NULL;
    return;
  }
  int file = real.open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) give_up("cannot open the control file");
  control = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (control == MAP_FAILED) give_up("cannot map the control file");
  real.close(file);
}

static int in_folder(const char *path) {
  start();
  if (folder == NULL || path == NULL) return 0;
  size_t length = strlen(folder);
  return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

static int is_watched(int file) {
  start();
  return file >= 0 && file < MAX_FILES && watched[file];
}

static void end_process(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

/* Counts a call; gives the action that is due, and does those that end the process before the call. */
static enum action before(enum kind kind) {
  if (control->epoch != known_epoch) {
    known_epoch = control->epoch;
    unsynced_forget_all();
  }
  uint32_t count = ++control->counts[kind];
  enum action action = control->action;
  int lasts = action == ACTION_EIO_LASTING || action == ACTION_ENOSPC_LASTING;
  if (action == ACTION_NONE || control->kind != kind) return ACTION_NONE;
  if (count != control->at && !(lasts && count > control->at)) return ACTION_NONE;
  control->fired = 1;
  if (action == ACTION_KILL_BEFORE) end_process();
  if (action == ACTION_POWER_BEFORE) {
    unsynced_lose(control->seed);
    end_process();
  }
  return action;
}

static void after(enum action action) {
  if (action == ACTION_KILL_AFTER) end_process();
  if (action != ACTION_POWER_AFTER) return;
  unsynced_lose(control->seed);
  end_process();
}

/* The error that an action injects; 0 for the actions that inject none. */
static int error_of(enum action action) {
  if (action == ACTION_EIO || action == ACTION_EIO_LASTING) return EIO;
  return action == ACTION_ENOSPC || action == ACTION_ENOSPC_LASTING ? ENOSPC : 0;
}

static int refused(enum action action) {
  errno = error_of(action);
  return errno != 0;
}

/* For a process that has done what it was to do: no further fault has to be armed for it. */
static void lose_power_if_asked(const char *path) {
  const char *name = strrchr(path, '/');
  if (name == NULL || strcmp(name, "/power-off") != 0) return;
  unsynced_lose(control->seed);
  end_process();
}

static int open_watched(const char *path, int flags, mode_t mode) {
  lose_power_if_asked(path);
  enum action action = before(KIND_OPEN);
  if (refused(action)) return -1;
  int is_new = (flags & O_CREAT) != 0 && access(path, F_OK) != 0;
  int file = real.open(path, flags, mode);
  if (file >= MAX_FILES) give_up("too many files");
  if (file >= 0) {
    watched[file] = 1;
    if (is_new) unsynced_created(path);
  }
  after(action);
  return file;
}

/* `open` and its kin take a mode only where they may make a file. */
#define MODE_OF(flags, mode)               \
  do {                                     \
    va_list more;                          \
    va_start(more, flags);                 \
    mode = va_arg(more, mode_t);           \
    va_end(more);                          \
  } while (0)

int open(const char *path, int flags, ...) {
  mode_t mode = 0;
  if (flags & (O_CREAT | O_TMPFILE)) MODE_OF(flags, mode);
  return in_folder(path) ? open_watched(path, flags, mode) : real.open(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  mode_t mode = 0;
  if (flags & (O_CREAT | O_TMPFILE)) MODE_OF(flags, mode);
  return in_folder(path) ? open_watched(path, flags | O_LARGEFILE, mode)
                         : real.open(path, flags | O_LARGEFILE, mode);
}

int close(int file) {
  if (is_watched(file)) watched[file] = 0;
  return real.close(file);
}

ssize_t read(int file, void *bytes, size_t length) {
  if (!is_watched(file)) return real.read(file, bytes, length);
  enum action action = before(KIND_READ);
  if (refused(action)) return -1;
  ssize_t done = real.read(file, bytes, length);
  after(action);
  return done;
}

ssize_t pread64(int file, void *bytes, size_t length, off_t offset) {
  if (!is_watched(file)) return real.pread(file, bytes, length, offset);
  enum action action = before(KIND_READ);
  if (refused(action)) return -1;
  ssize_t done = real.pread(file, bytes, length, offset);
  after(action);
  return done;
}

static ssize_t write_watched(int file, const void *bytes, size_t length, off_t offset) {
  enum action action = before(KIND_WRITE);
  if (refused(action)) return -1;
  if (action == ACTION_SHORT && length > 1) length /= 2;
  unsynced_write(file, bytes, length, offset);
  ssize_t done = real.pwrite(file, bytes, length, offset);
  if (done != (ssize_t)length) give_up("a write that was to succeed did not");
  after(action);
  return done;
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off_t offset) {
  return is_watched(file) ? write_watched(file, bytes, length, offset)
                          : real.pwrite(file, bytes, length, offset);
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset) {
  return pwrite64(file, bytes, length, offset);
}

ssize_t write(int file, const void *bytes, size_t length) {
  if (!is_watched(file)) return real.write(file, bytes, length);
  off_t offset = lseek(file, 0, SEEK_CUR);
  ssize_t done = write_watched(file, bytes, length, offset);
  if (done > 0) lseek(file, offset + done, SEEK_SET);
  return done;
}

ssize_t writev(int file, const struct iovec *parts, int count) {
  static ssize_t (*real_writev)(int, const struct iovec *, int);
  if (real_writev == NULL) real_writev = next_symbol("writev");
  if (!is_watched(file)) return real_writev(file, parts, count);
  /* POSIX lets a gathered write end after any of its parts. */
  return count > 0 ? write(file, parts[0].iov_base, parts[0].iov_len) : 0;
}

static int sync_watched(int file, int (*sync)(int)) {
  enum action action = before(KIND_SYNC);
  if (error_of(action) != 0) {
    /* What a failed sync did not write, Linux does not keep for the next one. */
    unsynced_sync_failed(file);
    refused(action);
    return -1;
  }
  int done = sync(file);
  if (done != 0) give_up("a sync that was to succeed did not");
  unsynced_synced(file);
  after(action);
  return done;
}

int fsync(int file) {
  return is_watched(file) ? sync_watched(file, real.fsync) : (start(), real.fsync(file));
}

int fdatasync(int file) {
  return is_watched(file) ? sync_watched(file, real.fdatasync) : (start(), real.fdatasync(file));
}

int ftruncate64(int file, off_t length) {
  if (!is_watched(file)) return real.ftruncate(file, length);
  enum action action = before(KIND_TRUNCATE);
  if (refused(action)) return -1;
  unsynced_truncate(file, length);
  int done = real.ftruncate(file, length);
  after(action);
  return done;
}

int link(const char *from, const char *to) {
  if (!in_folder(to)) return real.link(from, to);
  enum action action = before(KIND_NAME);
  if (refused(action)) return -1;
  int done = real.link(from, to);
  if (done == 0) unsynced_linked(to);
  int error = errno;
  after(action);
  errno = error;
  return done;
}

int unlink(const char *path) {
  if (!in_folder(path)) return real.unlink(path);
  enum action action = before(KIND_NAME);
  if (refused(action)) return -1;
  int done = unsynced_unlink(path);
  int error = errno;
  after(action);
  errno = error;
  return done;
}

int rename(const char *from, const char *to) {
  if (in_folder(from) || in_folder(to)) give_up("renaming is not simulated");
  return real.rename(from, to);
}
