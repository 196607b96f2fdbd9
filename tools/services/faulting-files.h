/* What the parts of the faulting-files library share. */
#ifndef FAULTING_FILES_H
#define FAULTING_FILES_H

#include <stdint.h>
#include <sys/types.h>

enum kind { KIND_OPEN, KIND_READ, KIND_WRITE, KIND_SYNC, KIND_TRUNCATE, KIND_NAME, KINDS };

enum action {
  ACTION_NONE,
  ACTION_EIO,
  ACTION_ENOSPC,
  ACTION_EIO_LASTING,
  ACTION_ENOSPC_LASTING,
  ACTION_SHORT,
  ACTION_KILL_BEFORE,
  ACTION_KILL_AFTER,
  ACTION_POWER_BEFORE,
  ACTION_POWER_AFTER
};

/* The C library's own functions, behind those that this library puts in their place. */
struct real_calls {
  int (*open)(const char *, int, ...);
  ssize_t (*read)(int, void *, size_t);
  ssize_t (*pread)(int, void *, size_t, off_t);
  ssize_t (*write)(int, const void *, size_t);
  ssize_t (*pwrite)(int, const void *, size_t, off_t);
  int (*fsync)(int);
  int (*fdatasync)(int);
  int (*ftruncate)(int, off_t);
  int (*close)(int);
  int (*link)(const char *, const char *);
  int (*unlink)(const char *);
  int (*rename)(const char *, const char *);
};

extern struct real_calls real;

/* Says what is wrong and ends the process: a fault library that goes on would prove what it did not test. */
void give_up(const char *what) __attribute__((noreturn));

/* What is not synced yet (faulting-files-unsynced.c). Each is called before the change that it is about. */
void unsynced_forget_all(void);
void unsynced_write(int file, const void *bytes, size_t length, off_t offset);
void unsynced_truncate(int file, off_t length);
void unsynced_created(const char *path);
void unsynced_linked(const char *path);
/* Removes the name, and keeps what it named until the folder is synced. */
int unsynced_unlink(const char *path);
/* A sync that succeeded, or one that failed and left the file's pages clean: those will never be written. */
void unsynced_synced(int file);
void unsynced_sync_failed(int file);
/* Makes the files what a machine that loses power now finds when it is started again; 0 loses all that can be lost. */
void unsynced_lose(uint32_t seed);

#endif
