import type { Sequelize } from 'sequelize';
import { defineForgottenPasswordModel, defineMailRequestModel } from './mail-request-models.ts';
import {
  defineRoleModel,
  defineRolePermissionModel,
  defineRolesVersionModel,
  defineUserRoleModel,
} from './role-models.ts';
import { defineRefreshTokenModel, defineSessionModel } from './session-models.ts';
import { defineUserModel } from './user-model.ts';

/** The tables of one database. Every opened database has models of its own, so that several live in one process. */
export function defineModels(sequelize: Sequelize) {
  return {
    User: defineUserModel(sequelize),
    Role: defineRoleModel(sequelize),
    RolePermission: defineRolePermissionModel(sequelize),
    UserRole: defineUserRoleModel(sequelize),
    RolesVersion: defineRolesVersionModel(sequelize),
    Session: defineSessionModel(sequelize),
    RefreshToken: defineRefreshTokenModel(sequelize),
    ForgottenPassword: defineForgottenPasswordModel(sequelize),
    MailRequest: defineMailRequestModel(sequelize),
  };
}

export type Models = ReturnType<typeof defineModels>;
