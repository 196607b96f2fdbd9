/*
 * What a loss of power takes: every change of the folder that was not synced yet, or any part of it.
 *
 * Of a file's data each write since its last sync is kept, lost or torn at a sector, independently, as a disk with a cache
 * may have it. Of names (files made, linked, removed) a beginning of the sequence since the last sync of a folder is kept,
 * as a journalling file system has it; syncing a file does not make its name durable (POSIX promises no more).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "faulting-files.h"

#define SECTOR 512

/* A write, or, without bytes, a truncation. */
struct change {
  ino_t inode;
  int file;
  off_t offset;
  size_t length;
  unsigned char *old;
  size_t old_length;
  unsigned char *bytes;
  off_t old_size;
  off_t new_size;
  enum { PENDING, DURABLE, FORGOTTEN } state;
  struct change *earlier;
  struct change *later;
};

struct name_change {
  enum { MADE, REMOVED } what;
  ino_t folder;
  char *path;
  /* Another name of what was removed. */
  char *kept;
  struct name_change *earlier;
};

/* A descriptor of our own for each file, because the program may have closed its own by then. */
struct own_file {
  ino_t inode;
  int file;
  struct own_file *next;
};

static struct change *first_change, *last_change;
static struct name_change *last_name;
static struct own_file *own_files;
static unsigned kept_names;

static void *checked(void *pointer) {
  if (pointer == NULL) give_up("out of memory");
  return pointer;
}

static ino_t inode_of(int file, off_t *size) {
  struct stat status;
  if (fstat(file, &status) != 0) give_up("cannot stat a file");
  if (size != NULL) *size = status.st_size;
  return status.st_ino;
}

/* Closing one descriptor of a file drops the locks of the process on it: ours stay open until the next epoch. */
static int own_file_of(int file, ino_t inode) {
  for (struct own_file *own = own_files; own != NULL; own = own->next)
    if (own->inode == inode) return own->file;
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  struct own_file *own = checked(malloc(sizeof *own));
  own->inode = inode;
  own->file = real.open(path, O_RDWR | O_CLOEXEC);
  if (own->file < 0) give_up("cannot open a file again");
  own->next = own_files;
  own_files = own;
  return own->file;
}

static void drop(struct change *change) {
  *(change->earlier == NULL ? &first_change : &change->earlier->later) = change->later;
  *(change->later == NULL ? &last_change : &change->later->earlier) = change->earlier;
  free(change->old);
  free(change->bytes);
  free(change);
}

static void drop_name(struct name_change *name) {
  if (name->kept != NULL) real.unlink(name->kept);
  free(name->kept);
  free(name->path);
  free(name);
}

void unsynced_forget_all(void) {
  while (first_change != NULL) drop(first_change);
  while (last_name != NULL) {
    struct name_change *name = last_name;
    last_name = name->earlier;
    drop_name(name);
  }
  while (own_files != NULL) {
    struct own_file *own = own_files;
    own_files = own->next;
    real.close(own->file);
    free(own);
  }
}

static struct change *add(int file, off_t offset, size_t length) {
  struct change *change = checked(calloc(1, sizeof *change));
  change->inode = inode_of(file, &change->old_size);
  change->file = own_file_of(file, change->inode);
  change->offset = offset;
  change->length = length;
  change->old = checked(malloc(length + 1));
  ssize_t done = real.pread(change->file, change->old, length, offset);
  if (done < 0) give_up("cannot read what is overwritten");
  change->old_length = (size_t)done;
  change->earlier = last_change;
  *(last_change == NULL ? &first_change : &last_change->later) = change;
  last_change = change;
  return change;
}

void unsynced_write(int file, const void *bytes, size_t length, off_t offset) {
  struct change *change = add(file, offset, length);
  change->bytes = checked(malloc(length + 1));
  memcpy(change->bytes, bytes, length);
  off_t end = offset + (off_t)length;
  change->new_size = end > change->old_size ? end : change->old_size;
}

void unsynced_truncate(int file, off_t length) {
  off_t size;
  inode_of(file, &size);
  add(file, length, size > length ? (size_t)(size - length) : 0)->new_size = length;
}

static ino_t folder_of(const char *path) {
  const char *slash = strrchr(path, '/');
  char *folder = checked(strndup(path, slash == NULL ? 0 : (size_t)(slash - path)));
  struct stat status;
  if (stat(folder, &status) != 0) give_up("cannot stat a folder");
  free(folder);
  return status.st_ino;
}

static void add_name(int what, const char *path, char *kept) {
  struct name_change *name = checked(malloc(sizeof *name));
  name->what = what;
  name->folder = folder_of(path);
  name->path = checked(strdup(path));
  name->kept = kept;
  name->earlier = last_name;
  last_name = name;
}

void unsynced_created(const char *path) { add_name(MADE, path, NULL); }

void unsynced_linked(const char *path) { add_name(MADE, path, NULL); }

int unsynced_unlink(const char *path) {
  size_t length = strlen(path) + 32;
  char *kept = checked(malloc(length));
  snprintf(kept, length, "%s.unlinked-%u", path, ++kept_names);
  if (real.link(path, kept) != 0) {
    free(kept);
    return -1;
  }
  int done = real.unlink(path);
  if (done != 0) give_up("cannot remove a name");
  add_name(REMOVED, path, kept);
  return done;
}

static void synced_folder(ino_t folder) {
  for (struct name_change **place = &last_name; *place != NULL;) {
    struct name_change *name = *place;
    if (name->folder == folder) {
      *place = name->earlier;
      drop_name(name);
    } else place = &name->earlier;
  }
}

void unsynced_synced(int file) {
  struct stat status;
  if (fstat(file, &status) != 0) give_up("cannot stat a file");
  if (S_ISDIR(status.st_mode)) {
    synced_folder(status.st_ino);
    return;
  }
  int forgotten = 0;
  for (struct change *change = first_change; change != NULL; change = change->later)
    forgotten |= change->inode == status.st_ino && change->state == FORGOTTEN;
  for (struct change *change = first_change, *later; change != NULL; change = later) {
    later = change->later;
    if (change->inode != status.st_ino || change->state == FORGOTTEN) continue;
    /* What is synced over something forgotten has to be written again over what that uncovers. */
    if (forgotten) change->state = DURABLE;
    else drop(change);
  }
}

void unsynced_sync_failed(int file) {
  ino_t inode = inode_of(file, NULL);
  for (struct change *change = first_change; change != NULL; change = change->later)
    if (change->inode == inode && change->state == PENDING) change->state = FORGOTTEN;
}

/* xorshift32 (Marsaglia, 2003). */
static uint32_t next_random(uint32_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state;
}

static void put(int file, const unsigned char *bytes, size_t length, off_t offset) {
  if (real.pwrite(file, bytes, length, offset) != (ssize_t)length) give_up("cannot write to a file again");
}

static void undo(const struct change *change) {
  put(change->file, change->old, change->old_length, change->offset);
  if (real.ftruncate(change->file, change->old_size) != 0) give_up("cannot restore the size of a file");
}

static void redo(const struct change *change, int torn, uint32_t *random) {
  if (change->bytes == NULL) {
    if (real.ftruncate(change->file, change->new_size) != 0) give_up("cannot cut a file again");
    return;
  }
  size_t length;
  for (size_t done = 0; done < change->length; done += length) {
    off_t offset = change->offset + (off_t)done;
    length = SECTOR - (size_t)(offset % SECTOR);
    if (length > change->length - done) length = change->length - done;
    if (torn && next_random(random) % 2 == 0) continue;
    put(change->file, change->bytes + done, length, offset);
  }
}

static void lose_data(uint32_t *random) {
  for (struct change *change = last_change; change != NULL; change = change->earlier) undo(change);
  for (struct change *change = first_change; change != NULL; change = change->later) {
    uint32_t fate = *random == 0 ? 0 : next_random(random) % 4;
    if (change->state == FORGOTTEN) continue;
    if (change->state == DURABLE) redo(change, 0, random);
    else if (fate != 0) redo(change, fate == 1, random);
  }
}

static void lose_names(uint32_t *random) {
  unsigned count = 0;
  for (struct name_change *name = last_name; name != NULL; name = name->earlier) count += 1;
  unsigned lost = *random == 0 ? count : next_random(random) % (count + 1);
  for (struct name_change *name = last_name; name != NULL && lost > 0; name = name->earlier, lost -= 1) {
    if (name->what == MADE) real.unlink(name->path);
    else if (real.link(name->kept, name->path) != 0 && errno != EEXIST) give_up("cannot restore a name");
  }
}

void unsynced_lose(uint32_t seed) {
  uint32_t random = seed;
  lose_data(&random);
  lose_names(&random);
  unsynced_forget_all();
}
