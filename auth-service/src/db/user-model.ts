import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

export function defineUserModel(sequelize: Sequelize) {
  class User extends Model<InferAttributes<User>, InferCreationAttributes<User>> {
    declare id: string;
    /** Lower-cased and unique. */
    declare email: string;
    declare name: string;
    declare passwordHash: string;
    declare status: 'active' | 'disabled';
    declare emailVerifiedAtMs: number | null;
    /** Rises with every change; access tokens carry it as `ver`. */
    declare version: number;
    declare createdAtMs: number;
    declare updatedAtMs: number;
    /** Only the id of a deleted account is kept; it is disabled, and its address and name are made up. */
    declare deletedAtMs: CreationOptional<number | null>;
  }
  return User.init(
    {
      id: { type: DataTypes.STRING(40), primaryKey: true },
      email: DataTypes.STRING(254),
      name: DataTypes.STRING(100),
      passwordHash: DataTypes.STRING(72),
      status: DataTypes.STRING(16),
      emailVerifiedAtMs: DataTypes.BIGINT,
      version: DataTypes.INTEGER,
      createdAtMs: DataTypes.BIGINT,
      updatedAtMs: DataTypes.BIGINT,
      deletedAtMs: DataTypes.BIGINT,
    },
    { sequelize, tableName: 'users' },
  );
}

export type User = InstanceType<ReturnType<typeof defineUserModel>>;
