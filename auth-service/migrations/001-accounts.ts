import type { MigrationContext } from '@jetbridge/service-kit/database/migrate.ts';

export async function up({ run }: MigrationContext): Promise<void> {
  await run(`CREATE TABLE users (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    email VARCHAR(254) NOT NULL UNIQUE,
    name VARCHAR(100) NOT NULL,
    password_hash VARCHAR(72) NOT NULL,
    status VARCHAR(16) NOT NULL,
    email_verified_at_ms BIGINT,
    version INTEGER NOT NULL,
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL,
    CHECK (email = LOWER(email)),
    CHECK (status IN ('active', 'disabled')),
    CHECK (version > 0)
  )`);
  await run(`CREATE TABLE roles (
    name VARCHAR(64) NOT NULL PRIMARY KEY,
    description VARCHAR(200) NOT NULL,
    version INTEGER NOT NULL,
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL
  )`);
  await run(`CREATE TABLE role_permissions (
    role_name VARCHAR(64) NOT NULL,
    permission VARCHAR(64) NOT NULL,
    PRIMARY KEY (role_name, permission),
    FOREIGN KEY (role_name) REFERENCES roles (name)
  )`);
  await run(`CREATE TABLE user_roles (
    user_id VARCHAR(40) NOT NULL,
    role_name VARCHAR(64) NOT NULL,
    PRIMARY KEY (user_id, role_name),
    FOREIGN KEY (user_id) REFERENCES users (id),
    FOREIGN KEY (role_name) REFERENCES roles (name)
  )`);
  await run('CREATE INDEX user_roles_by_role ON user_roles (role_name)');
  await run(`CREATE TABLE roles_version (
    id INTEGER NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    CHECK (id = 1)
  )`);
  await run('INSERT INTO roles_version (id, version) VALUES (1, 1)');
}
