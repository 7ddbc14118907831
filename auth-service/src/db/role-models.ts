import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

export function defineRoleModel(sequelize: Sequelize) {
  class Role extends Model<InferAttributes<Role>, InferCreationAttributes<Role>> {
    declare name: string;
    declare description: string;
    declare version: number;
    /** Since when a built-in role is what people made of it; null while it is what the code says. */
    declare customisedAtMs: CreationOptional<number | null>;
    declare createdAtMs: number;
    declare updatedAtMs: number;
  }
  return Role.init(
    {
      name: { type: DataTypes.STRING(64), primaryKey: true },
      description: DataTypes.STRING(200),
      version: DataTypes.INTEGER,
      customisedAtMs: DataTypes.BIGINT,
      createdAtMs: DataTypes.BIGINT,
      updatedAtMs: DataTypes.BIGINT,
    },
    { sequelize, tableName: 'roles' },
  );
}

export function defineRolePermissionModel(sequelize: Sequelize) {
  class RolePermission extends Model<InferAttributes<RolePermission>, InferCreationAttributes<RolePermission>> {
    declare roleName: string;
    declare permission: string;
  }
  return RolePermission.init(
    {
      roleName: { type: DataTypes.STRING(64), primaryKey: true },
      permission: { type: DataTypes.STRING(64), primaryKey: true },
    },
    { sequelize, tableName: 'role_permissions' },
  );
}

export function defineUserRoleModel(sequelize: Sequelize) {
  class UserRole extends Model<InferAttributes<UserRole>, InferCreationAttributes<UserRole>> {
    declare userId: string;
    declare roleName: string;
  }
  return UserRole.init(
    {
      userId: { type: DataTypes.STRING(40), primaryKey: true },
      roleName: { type: DataTypes.STRING(64), primaryKey: true },
    },
    { sequelize, tableName: 'user_roles' },
  );
}

/** One row: how often any role changed what it allows. Access tokens carry it as `rv`. */
export function defineRolesVersionModel(sequelize: Sequelize) {
  class RolesVersion extends Model<InferAttributes<RolesVersion>, InferCreationAttributes<RolesVersion>> {
    declare id: number;
    declare version: number;
  }
  return RolesVersion.init(
    { id: { type: DataTypes.INTEGER, primaryKey: true }, version: DataTypes.INTEGER },
    { sequelize, tableName: 'roles_version' },
  );
}

export type Role = InstanceType<ReturnType<typeof defineRoleModel>>;
